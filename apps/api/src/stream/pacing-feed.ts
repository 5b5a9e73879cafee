import type { Checkpoint } from '@flightdeck/event-store';
import type { Logger } from '@flightdeck/platform';
import type { ReadModels } from '@flightdeck/read-models';
import { pause } from '../follow/follow-into.js';
import type { PacingReader } from '../pacing/pacing-reader.js';

/** What is remembered of past changes, so that a client which was away for a moment is told only what moved. */
const REMEMBERED_CHANGES_MAX = 20_000;
const REMEMBERED_IDS_MAX = 200_000;
/** Pacing texts shared between clients until the campaign moves, or until they are this old. */
const TEXTS_MAX = 20_000;
const TEXT_AGE_MS_MAX = 500;
const RETRY_MS = 1_000;

interface Change {
  readonly number: number;
  readonly checkpoint: Checkpoint;
  readonly campaignIds: readonly string[];
}
type Listener = (campaignIds: readonly string[], checkpoint: Checkpoint) => void;

/** Which campaigns' figures move, told once to all clients, and their pacing as text, computed once for all clients. */
export class PacingFeed {
  private readonly stopping = new AbortController();
  private readonly listeners = new Set<Listener>();
  private readonly changes: Change[] = [];
  private readonly numbers = new Map<Checkpoint, number>();
  private readonly texts = new Map<string, { readonly atMs: number; readonly text: string }>();
  private rememberedIds = 0;
  private nextNumber = 0;
  private running: Promise<void> | undefined;

  constructor(
    private readonly readModels: ReadModels,
    private readonly pacing: PacingReader,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** The change up to which the figures that can be read now are folded. */
  get checkpoint(): Checkpoint {
    return this.changes.at(-1)?.checkpoint ?? this.readModels.progress().checkpoint;
  }

  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Campaigns that moved after a change; undefined when that change is no longer remembered: then any campaign may have. */
  movedSince(checkpoint: Checkpoint): ReadonlySet<string> | undefined {
    const number = this.numbers.get(checkpoint);
    return number === undefined ? undefined : this.movedFrom(number + 1);
  }

  /** The pacing of campaigns as JSON texts, one each, in order. */
  async textsOf(campaignIds: readonly string[], nowMs: number): Promise<readonly string[]> {
    const missing = campaignIds.filter(
      (campaignId) => (this.texts.get(campaignId)?.atMs ?? -Infinity) <= nowMs - TEXT_AGE_MS_MAX,
    );
    const fresh = missing.length === 0 ? new Map<string, string>() : await this.freshTexts(missing, nowMs);
    return campaignIds.map((campaignId) => fresh.get(campaignId) ?? this.texts.get(campaignId)?.text ?? '{}');
  }

  private async freshTexts(
    campaignIds: readonly string[],
    nowMs: number,
  ): Promise<ReadonlyMap<string, string>> {
    const before = this.nextNumber;
    const paced = await this.pacing.read(campaignIds);
    const movedMeanwhile = this.movedFrom(before);
    const fresh = new Map<string, string>();
    for (const one of paced) {
      const text = JSON.stringify(this.pacing.response(one));
      fresh.set(one.campaignId, text);
      if (movedMeanwhile.has(one.campaignId)) continue; // old already: it must not be kept for the next who asks
      if (this.texts.size >= TEXTS_MAX) this.texts.clear();
      this.texts.set(one.campaignId, { atMs: nowMs, text });
    }
    return fresh;
  }

  private movedFrom(number: number): ReadonlySet<string> {
    const moved = new Set<string>();
    for (let i = this.changes.length - 1; i >= 0; i--) {
      const change = this.changes[i];
      if (change === undefined || change.number < number) break;
      for (const campaignId of change.campaignIds) moved.add(campaignId);
    }
    return moved;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        for await (const change of this.readModels.changes(this.stopping.signal)) {
          this.remember(change.checkpoint, change.campaignIds);
        }
        return;
      } catch (error) {
        this.forget(); // something may have been missed: whoever comes back is told everything
        this.logger.error({ err: error }, 'The changes of the figures cannot be followed; trying again.');
        await pause(RETRY_MS, this.stopping.signal);
      }
    }
  }

  private remember(checkpoint: Checkpoint, campaignIds: readonly string[]): void {
    const change = { number: this.nextNumber++, checkpoint, campaignIds };
    this.changes.push(change);
    this.numbers.set(checkpoint, change.number);
    this.rememberedIds += campaignIds.length;
    while (this.changes.length > REMEMBERED_CHANGES_MAX || this.rememberedIds > REMEMBERED_IDS_MAX)
      this.forgetOldest();
    for (const campaignId of campaignIds) this.texts.delete(campaignId);
    for (const listener of this.listeners) listener(campaignIds, checkpoint);
  }

  private forgetOldest(): void {
    const oldest = this.changes.shift();
    if (oldest === undefined) return;
    this.numbers.delete(oldest.checkpoint);
    this.rememberedIds -= oldest.campaignIds.length;
  }

  private forget(): void {
    this.changes.length = 0;
    this.numbers.clear();
    this.rememberedIds = 0;
  }
}
