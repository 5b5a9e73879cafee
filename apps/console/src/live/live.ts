import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Pacing } from '../api/generated/types.gen';
import { endSession, freshToken } from '../session/session';
import { followStream, type StreamState } from './event-stream';
import { PAGE, whileInSight } from './in-sight';
import { LiveStore, type CommandChange } from './live-store';

const TOPICS = '/v1/stream?topics=pacing,commands,health';

export const LiveContext = createContext<LiveStore | undefined>(undefined);

/** Starts to follow the stream; the answer stops it. */
export function startLive(): { readonly store: LiveStore; readonly stop: () => void } {
  const store = new LiveStore((flush) => requestAnimationFrame(flush));
  const stopping = new AbortController();
  const environment = {
    fetch: fetch.bind(window),
    now: () => Date.now(),
    random: () => Math.random(),
    sleep,
  };
  const handlers = {
    onFrame: store.take.bind(store),
    onState: store.setState.bind(store),
    onRefused: () => endSession('Your session has ended: the token is no longer valid.'),
  };
  let lastId = '';
  const follow = async (signal: AbortSignal): Promise<void> => {
    lastId = await followStream(TOPICS, freshToken, handlers, environment, signal, lastId);
  };
  void whileInSight(PAGE, follow, sleep, stopping.signal);
  return { store, stop: () => stopping.abort() };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (store === undefined) throw new Error('There is no live store above.');
  return store;
}

export function useStreamState(): StreamState {
  const store = useLiveStore();
  return useSyncExternalStore(store.onState, store.state);
}

/** The newest pacing that the stream has told of a campaign; undefined until it moves. */
export function useLivePacing(campaignId: string): Pacing | undefined {
  const store = useLiveStore();
  const subscribe = useCallback(
    (listener: () => void) => store.onCampaign(campaignId, listener),
    [store, campaignId],
  );
  return useSyncExternalStore(subscribe, () => store.pacing(campaignId));
}

/** Calls back with the changes of commands, once per frame at most. */
export function useCommandChanges(onChanges: (changes: readonly CommandChange[]) => void): void {
  const store = useLiveStore();
  const latest = useRef(onChanges);
  useEffect(() => {
    latest.current = onChanges;
  });
  useEffect(() => store.onCommands((changes) => latest.current(changes)), [store]);
}
