import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { PREFIX } from '@flightdeck/contracts';
import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { openAdLedger, openUserKeys, UserKeys, type AdLedger } from '@flightdeck/ledger';
import { ADS_SOURCE, projectedReadModels, Projector, type ReadModelStore } from '@flightdeck/read-models';
import { actualSheet, adTraffic, expected, expectedSheet, Random, type Traffic } from '@flightdeck/testing';
import { parseRequest } from '../../apps/ingest/src/parse/parse-request.js';
import { ledgerIdentity } from '../../apps/ingest/src/prepare/ledger-identity.js';
import { Preparer } from '../../apps/ingest/src/prepare/preparer.js';
import type { CampaignContext } from '../../apps/ingest/src/prepare/settings.js';

/** Events of one traffic. */
export const EVENTS = 40;
const PARTITIONS = 4;
const SPAN_MS = 6 * 86_400_000;
const USER_KEYS = UserKeys.create(Buffer.alloc(32, 7), Buffer.alloc(32, 8)).toString();

/** Where a pipeline keeps its read models. */
export interface ReadModelPlace {
  /** Opens them, anew after each crash; `directory` is the pipeline's own. */
  open(directory: string): ReadModelStore;
  /** Whether the store broke because the test wants it so: the projector starts anew. */
  isCrash?(error: unknown): boolean;
}

/** From the request's bytes to the read models, in one process and without Nest. */
export class Pipeline {
  /** The ledger's ad events in global order; a checkpoint is a place in it. */
  readonly history: StoredEvent[] = [];
  readonly campaigns = new Map<string, CampaignContext>();
  private followed = 'start';
  private readonly preparer = new Preparer(ledgerIdentity(PARTITIONS, openUserKeys(USER_KEYS)), (id) =>
    this.campaigns.get(id),
  );

  private projector: Projector | undefined;
  private readModels: ReadModelStore;

  private constructor(
    private readonly directory: string,
    private readonly store: EventStore,
    private readonly ledger: AdLedger,
    private readonly place: ReadModelPlace,
    private readonly clock: { nowMs: number },
    private readonly random: Random,
  ) {
    this.readModels = place.open(directory);
  }

  static async open(random: Random, place: ReadModelPlace): Promise<Pipeline> {
    const directory = mkdtempSync(join(tmpdir(), 'flightdeck-oracle-'));
    const store = await lmdbEventStore(join(directory, 'ledger'));
    const clock = { nowMs: 0 };
    const ledger = await openAdLedger({
      ...{ store, directory, partitions: PARTITIONS },
      clock: () => clock.nowMs,
      newId: () => '00000000-0000-4000-8000-000000000000',
    });
    return new Pipeline(directory, store, ledger, place, clock, random);
  }

  /** Sends the traffic in requests of random length and folds what the ledger took, with restarts and crashes between. */
  async run(traffic: Traffic): Promise<void> {
    this.clock.nowMs = traffic.nowMs;
    for (const { campaignId, currency, timezone } of traffic.campaigns) {
      if (timezone !== undefined) this.campaigns.set(campaignId, { currency, timezone });
    }
    for (let at = 0; at < traffic.sent.length;) {
      const length = this.random.between(1, traffic.sent.length);
      await this.send(traffic.sent.slice(at, at + length));
      at += length;
    }
    await this.catchUp();
    await this.fold();
  }

  async sheet(campaignId: string, days: readonly string[]): Promise<string | undefined> {
    const { nowMs } = this.clock;
    const readModels = projectedReadModels(await this.running());
    return actualSheet(readModels, campaignId, { days, fromMs: nowMs - SPAN_MS, nowMs });
  }

  /** Events that the read models know of. */
  async accepted(): Promise<number> {
    const { partitions } = await projectedReadModels(await this.running()).quality();
    return partitions.reduce((sum, { accepted }) => sum + accepted, 0);
  }

  /** Folds what is not folded yet, whatever crashes meanwhile. */
  async fold(): Promise<void> {
    for (;;) {
      try {
        if (await this.foldSome()) return;
      } catch (error) {
        if (this.place.isCrash?.(error) !== true) throw error;
        await this.crash();
      }
    }
  }

  async close(): Promise<void> {
    await this.projector?.close();
    await this.readModels.close();
    await this.ledger.close();
    await this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** True when everything is folded. */
  private async foldSome(): Promise<boolean> {
    const projector = await this.running();
    const from = Number(projector.checkpoint(ADS_SOURCE) ?? 0);
    if (from >= this.history.length) {
      if (this.place.isCrash !== undefined) await projector.flush(); // what breaks in the background shows here
      return true;
    }
    const events = this.history.slice(from, from + this.random.between(1, EVENTS));
    const end = from + events.length;
    await projector.foldAds({ events, checkpoint: String(end), caughtUp: end === this.history.length });
    if (this.random.chance(0.2)) await projector.flush();
    if (this.random.chance(0.1)) await this.restart(projector);
    return false;
  }

  private async crash(): Promise<void> {
    this.projector?.abandon();
    this.projector = undefined;
    await this.readModels.close();
    this.readModels = this.place.open(this.directory);
  }

  private async send(events: readonly unknown[]): Promise<void> {
    const parsed = parseRequest(Buffer.from(JSON.stringify(events)), 'application/json');
    if (!parsed.ok) throw new Error(parsed.refusal.detail);
    const { packs, refused } = this.preparer.prepare(parsed.request, {
      receivedAtMs: this.clock.nowMs,
      source: 'http',
    });
    expect(refused).toEqual([]);
    await Promise.all(packs.map((pack) => this.ledger.append(pack)));
  }

  private async catchUp(): Promise<void> {
    const stop = new AbortController();
    for await (const batch of this.store.follow({ prefix: PREFIX.ads }, this.followed, stop.signal)) {
      this.history.push(...batch.events);
      this.followed = batch.checkpoint;
      if (batch.caughtUp) stop.abort();
    }
  }

  private async running(): Promise<Projector> {
    // A commit in the background that failed is thrown again by the next fold.
    const options = { onFault: () => undefined, hotRowsMax: 300 };
    this.projector ??= await Projector.open(this.readModels, options);
    return this.projector;
  }

  private async restart(projector: Projector): Promise<void> {
    if (this.random.chance(0.5)) await projector.close();
    else projector.abandon();
    this.projector = undefined;
  }
}

export async function expectOracle(pipeline: Pipeline, traffic: Traffic): Promise<void> {
  for (const [campaignId, campaign] of expected(traffic)) {
    const sheet = await pipeline.sheet(campaignId, [...campaign.days.keys()]);
    expect(sheet).toBe(expectedSheet(campaign, traffic.nowMs));
  }
}

/** Traffics of consecutive seeds by the time they are sent, since a ledger's clock does not go back. */
export function traffics(firstSeed: number, count: number): readonly Traffic[] {
  const all = Array.from({ length: count }, (_, i) => adTraffic(firstSeed + i, `s${firstSeed + i}`, EVENTS));
  return all.sort((a, b) => a.nowMs - b.nowMs);
}
