import { setTimeout as delay } from 'node:timers/promises';
import type { Logger, PortClient } from '@flightdeck/platform';
import { ChangeFeed, type ReadModelChange, type ReadModels } from '@flightdeck/read-models';
import { READ_MODELS_PORT, type ReadModelNews } from './read-models-port.js';

const RECONNECT_AFTER_MS = 100;
/** Campaigns asked for at once when any of them may have moved. */
const PAGE = 1_000;

/**
 * The read models of another process. It is heard all the time: while it is not, nobody is told that they have caught up, and when
 * it is back every campaign counts as changed, because what moved meanwhile was not heard.
 */
export class RemoteReadModels implements ReadModels {
  private readonly feed = new ChangeFeed();
  private readonly stopping = new AbortController();
  private known: ReturnType<ReadModels['progress']> = { checkpoint: '', caughtUp: false };
  private hasHeard = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly client: PortClient,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.client.close();
  }

  /** Callers hand over more than what is asked for; only that travels. */
  figures(...[requests, nowMs]: Parameters<ReadModels['figures']>): ReturnType<ReadModels['figures']> {
    const asked = requests.map(({ campaignId, day, adGroups = false }) => ({ campaignId, day, adGroups }));
    return this.ask('figures', [asked, nowMs]);
  }

  spent(...[requests]: Parameters<ReadModels['spent']>): ReturnType<ReadModels['spent']> {
    return this.ask('spent', [requests]);
  }

  series(...asked: Parameters<ReadModels['series']>): ReturnType<ReadModels['series']> {
    return this.ask('series', asked);
  }

  funnel(...asked: Parameters<ReadModels['funnel']>): ReturnType<ReadModels['funnel']> {
    return this.ask('funnel', asked);
  }

  campaignIds(...asked: Parameters<ReadModels['campaignIds']>): ReturnType<ReadModels['campaignIds']> {
    return this.ask('campaignIds', asked);
  }

  quality(): ReturnType<ReadModels['quality']> {
    return this.ask('quality', []);
  }

  quarantined(...asked: Parameters<ReadModels['quarantined']>): ReturnType<ReadModels['quarantined']> {
    return this.ask('quarantined', asked);
  }

  quarantinedById(
    ...asked: Parameters<ReadModels['quarantinedById']>
  ): ReturnType<ReadModels['quarantinedById']> {
    return this.ask('quarantinedById', asked);
  }

  progress(): ReturnType<ReadModels['progress']> {
    return this.known;
  }

  changes(signal: AbortSignal): AsyncIterable<ReadModelChange> {
    return this.feed.changes(signal);
  }

  /** The port's own types on both sides: what goes in is what a `ReadModels` takes, what comes out is what it answered. */
  private ask<Answer>(name: keyof ReadModels, asked: readonly unknown[]): Promise<Answer> {
    return this.client.call(READ_MODELS_PORT, name, asked) as Promise<Answer>;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.hear(signal);
      } catch (error) {
        if (this.known.caughtUp)
          this.logger.warn({ err: error }, 'The read models are not heard; trying again.');
      }
      this.known = { ...this.known, caughtUp: false };
      await delay(RECONNECT_AFTER_MS, undefined, { signal }).catch(() => undefined); // stopping: the loop looks
    }
  }

  private async hear(signal: AbortSignal): Promise<void> {
    let isFirst = true;
    for await (const item of this.client.feed(READ_MODELS_PORT, 'news', signal)) {
      const { progress, change } = item as ReadModelNews;
      if (isFirst && this.hasHeard) await this.tellAll(progress.checkpoint);
      isFirst = false;
      this.hasHeard = true;
      if (change !== undefined) this.feed.publish(change.campaignIds, change.checkpoint);
      this.known = progress;
    }
  }

  private async tellAll(checkpoint: string): Promise<void> {
    for (let after: string | undefined; ;) {
      const page = await this.campaignIds(after, PAGE);
      if (page.length > 0) this.feed.publish(page, checkpoint);
      if (page.length < PAGE) return;
      after = page.at(-1);
    }
  }
}
