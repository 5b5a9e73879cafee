import type { Command, Pacing } from '../api/generated/types.gen';
import { Coalescer, type Schedule } from './coalesce';
import type { StreamState } from './event-stream';
import type { Frame } from './sse-parser';

/** What the `commands` topic tells: the whole command when it is issued, afterwards what happened to it. */
export interface CommandChange {
  readonly commandId: string;
  readonly campaignId: string;
  readonly state: Command['state'];
  readonly command?: string;
  readonly at?: string;
  readonly issuedAt?: string;
  readonly outcome?: string;
}

export interface Health {
  readonly asOf: string;
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, unknown>> | readonly unknown[];
}

type Listener = () => void;
type PacingListener = (moved: ReadonlyMap<string, Pacing>) => void;
type CommandListener = (changes: readonly CommandChange[]) => void;

/** Everything the event stream has told, for whoever looks: the newest pacing of each campaign, changes of commands, health. */
export class LiveStore {
  private readonly pacings = new Map<string, Pacing>();
  private readonly byCampaign = new Map<string, Set<Listener>>();
  private readonly pacingListeners = new Set<PacingListener>();
  private readonly commandListeners = new Set<CommandListener>();
  private readonly stateListeners = new Set<Listener>();
  private readonly moving: Coalescer<string, Pacing>;
  private readonly changing: Coalescer<string, CommandChange>;
  private streamState: StreamState = { state: 'connecting' };
  private newestHealth: Health | undefined;

  constructor(schedule: Schedule) {
    this.moving = new Coalescer(schedule, (latest) => this.moved(latest));
    this.changing = new Coalescer(schedule, (latest) => {
      const changes = [...latest.values()];
      for (const listener of this.commandListeners) listener(changes);
    });
  }

  /** Takes a frame of the stream. One that is not understood is a bug of the server or of ours, and is thrown. */
  take(frame: Frame): void {
    if (frame.event === 'pacing') {
      const pacing = JSON.parse(frame.data) as Pacing;
      this.moving.add(pacing.campaignId, pacing);
    } else if (frame.event === 'commands') {
      const change = JSON.parse(frame.data) as CommandChange;
      this.changing.add(`${change.commandId} ${change.state}`, change);
    } else if (frame.event === 'health') {
      this.newestHealth = JSON.parse(frame.data) as Health;
      for (const listener of this.stateListeners) listener();
    }
  }

  setState(state: StreamState): void {
    this.streamState = state;
    for (const listener of this.stateListeners) listener();
  }

  readonly state = (): StreamState => this.streamState;
  readonly health = (): Health | undefined => this.newestHealth;

  pacing(campaignId: string): Pacing | undefined {
    return this.pacings.get(campaignId);
  }

  onState = (listener: Listener): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };

  onPacing(listener: PacingListener): () => void {
    this.pacingListeners.add(listener);
    return () => this.pacingListeners.delete(listener);
  }

  onCommands(listener: CommandListener): () => void {
    this.commandListeners.add(listener);
    return () => this.commandListeners.delete(listener);
  }

  /** Called once per frame in which this campaign has moved. */
  onCampaign(campaignId: string, listener: Listener): () => void {
    const listeners = this.byCampaign.get(campaignId) ?? new Set();
    listeners.add(listener);
    this.byCampaign.set(campaignId, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.byCampaign.delete(campaignId);
    };
  }

  private moved(latest: ReadonlyMap<string, Pacing>): void {
    for (const [campaignId, pacing] of latest) this.pacings.set(campaignId, pacing);
    for (const listener of this.pacingListeners) listener(latest);
    for (const campaignId of latest.keys()) {
      for (const listener of this.byCampaign.get(campaignId) ?? []) listener();
    }
  }
}
