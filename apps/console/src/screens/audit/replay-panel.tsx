import { Button, Progress, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { Replay, ReplayResult } from '../../api/generated/types.gen';
import { compact, count } from '../../format/number';
import { duration, moment } from '../../format/time';
import { Chip, Panel, type Tone } from '../../ui/page';
import { Await, Empty, Refusal } from '../../ui/states';
import { Compared } from './compared';
import { isOver, useCancelReplay, useReplay, useReplays, useStartReplay } from './use-audit';

const DIGEST_CHARACTERS = 16;

/** Rebuilds every projection from the ledger beside the live ones and shows row by row whether they are the same. */
export function ReplayPanel() {
  const [asOf, setAsOf] = useState('');
  const [shown, setShown] = useState<string>();
  const start = useStartReplay();
  const replays = useReplays();
  const replayId = shown ?? replays.data?.items[0]?.replayId;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    start.mutate(asOf.trim(), { onSuccess: (replay) => setShown(replay.replayId) });
  };
  return (
    <Panel
      title="Replay"
      actions={
        <form onSubmit={submit} style={{ display: 'flex', gap: 8 }}>
          <TextInput
            size="xs"
            w={260}
            aria-label="As of: a time or a position; now when empty"
            placeholder="as of: a time or a position; now"
            value={asOf}
            onChange={(event) => setAsOf(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" loading={start.isPending}>
            Replay
          </Button>
        </form>
      }
    >
      <Refusal error={start.error} />
      {replayId === undefined ? (
        <Empty title="Nothing was replayed yet">
          <p>A replay folds the ledger again from its first event, and touches nothing that is live.</p>
        </Empty>
      ) : (
        <OneReplay key={replayId} replayId={replayId} />
      )}
    </Panel>
  );
}

function OneReplay({ replayId }: { readonly replayId: string }) {
  const replay = useReplay(replayId);
  const cancel = useCancelReplay();
  return (
    <Await of={replay} what="replay">
      {(told) => (
        <>
          <p style={{ margin: '0 0 8px' }}>
            <Chip tone={toneOf(told)}>{wordOf(told)}</Chip>{' '}
            <span className="fd-dim">
              {told.projection}, as of {told.asOf ?? 'its start'}, asked for by {told.requestedBy} at{' '}
              {moment(told.requestedAt, undefined, true)}
            </span>{' '}
            {!isOver(told) && (
              <Button size="compact-xs" variant="default" onClick={() => cancel.mutate(replayId)}>
                Cancel
              </Button>
            )}
          </p>
          {!isOver(told) && <Running replay={told} />}
          {told.error !== null && <p className="fd-tone-bad">{told.error}</p>}
          {told.result !== null && <Result result={told.result} />}
        </>
      )}
    </Await>
  );
}

function Running({ replay }: { readonly replay: Replay }) {
  const { phase, eventsFolded, eventsTotal, eventsPerSecond, remainingSeconds } = replay.progress;
  const share = eventsTotal === 0 ? 0 : (100 * eventsFolded) / eventsTotal;
  return (
    <>
      <Progress value={share} aria-label="Events folded" />
      <p className="fd-dim" role="status">
        {phase}: {count(eventsFolded)} of {count(eventsTotal)} events, {compact(eventsPerSecond)} a second
        {remainingSeconds === null ? '' : `, ${duration(remainingSeconds * 1_000)} left`}
      </p>
    </>
  );
}

function Result({ result }: { readonly result: ReplayResult }) {
  const { events, seconds, eventsPerSecond, digest, comparison, parked } = result;
  return (
    <>
      <p style={{ margin: '0 0 8px' }}>
        {count(events)} events in {seconds.toFixed(1)} s, {compact(eventsPerSecond)} a second
        {parked === 0 ? '' : `; ${count(parked)} of an unknown version were parked`}. Digest{' '}
        <span className="fd-mono" title={digest}>
          {digest.slice(0, DIGEST_CHARACTERS)}…
        </span>
        {comparison?.liveDigest != null && (
          <>
            , live{' '}
            <span className="fd-mono" title={comparison.liveDigest}>
              {comparison.liveDigest.slice(0, DIGEST_CHARACTERS)}…
            </span>
          </>
        )}
        .
      </p>
      {comparison !== null && <Compared comparison={comparison} />}
    </>
  );
}

function toneOf({ state, result }: Replay): Tone {
  if (state === 'failed' || result?.identical === false) return 'bad';
  return state === 'done' ? 'good' : state === 'cancelled' ? 'none' : 'accent';
}

function wordOf({ state, result }: Replay): string {
  if (result?.identical === true) return 'identical';
  return result?.identical === false ? 'a difference was found' : state;
}
