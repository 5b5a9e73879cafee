import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PREFIX } from '@flightdeck/contracts';
import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { openAdLedger, type AdLedger } from '@flightdeck/ledger';
import { ADS_SOURCE, projectedReadModels, Projector, type ReadModelStore } from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import {
  actualSheet,
  adTraffic,
  expected,
  expectedSheet,
  firstOfEachId,
  Random,
  type Traffic,
} from '@flightdeck/testing';
import { parseRequest } from '../apps/ingest/src/parse/parse-request.js';
import { ledgerIdentity } from '../apps/ingest/src/prepare/ledger-identity.js';
import { Preparer } from '../apps/ingest/src/prepare/preparer.js';
import type { CampaignContext } from '../apps/ingest/src/prepare/settings.js';

const PERMUTATIONS = 1_000;
/** Permutations that share a ledger and read models, as campaigns do. */
const SHARING = 50;
const EVENTS = 40;
const PARTITIONS = 4;
const SPAN_MS = 6 * 86_400_000;
const KEY = Buffer.alloc(32, 7);

/** From the request's bytes to the read models, in one process and without Nest. */
class Pipeline {
  /** The ledger's ad events in global order; a checkpoint is a place in it. */
  readonly history: StoredEvent[] = [];
  readonly campaigns = new Map<string, CampaignContext>();
  private followed = 'start';
  private readonly preparer = new Preparer(ledgerIdentity(PARTITIONS, KEY), (id) => this.campaigns.get(id));

  private projector: Projector | undefined;

  private constructor(
    private readonly directory: string,
    private readonly store: EventStore,
    private readonly ledger: AdLedger,
    private readonly readModels: ReadModelStore,
    private readonly clock: { nowMs: number },
    private readonly random: Random,
  ) {}

  static async open(random: Random): Promise<Pipeline> {
    const directory = mkdtempSync(join(tmpdir(), 'flightdeck-oracle-'));
    const store = await lmdbEventStore(join(directory, 'ledger'));
    const readModels = lmdbReadModels(join(directory, 'read-models'));
    const clock = { nowMs: 0 };
    const ledger = await openAdLedger({
      ...{ store, directory, partitions: PARTITIONS },
      clock: () => clock.nowMs,
      newId: () => '00000000-0000-4000-8000-000000000000',
    });
    return new Pipeline(directory, store, ledger, readModels, clock, random);
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

  async fold(): Promise<void> {
    for (;;) {
      const projector = await this.running();
      const from = Number(projector.checkpoint(ADS_SOURCE) ?? 0);
      if (from >= this.history.length) return;
      const events = this.history.slice(from, from + this.random.between(1, EVENTS));
      const end = from + events.length;
      await projector.foldAds({ events, checkpoint: String(end), caughtUp: end === this.history.length });
      if (this.random.chance(0.2)) await projector.flush();
      if (this.random.chance(0.1)) await this.restart(projector);
    }
  }

  async close(): Promise<void> {
    await this.projector?.close();
    await this.readModels.close();
    await this.ledger.close();
    await this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
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
    this.projector ??= await Projector.open(this.readModels, { onFault: rethrow, hotRowsMax: 300 });
    return this.projector;
  }

  private async restart(projector: Projector): Promise<void> {
    if (this.random.chance(0.5)) await projector.close();
    else projector.abandon();
    this.projector = undefined;
  }
}

function rethrow(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}

async function expectOracle(pipeline: Pipeline, traffic: Traffic): Promise<void> {
  for (const [campaignId, campaign] of expected(traffic)) {
    const sheet = await pipeline.sheet(campaignId, [...campaign.days.keys()]);
    expect(sheet).toBe(expectedSheet(campaign, traffic.nowMs));
  }
}

/** Traffics of consecutive seeds by the time they are sent, since a ledger's clock does not go back. */
function traffics(firstSeed: number, count: number): readonly Traffic[] {
  const all = Array.from({ length: count }, (_, i) => adTraffic(firstSeed + i, `s${firstSeed + i}`, EVENTS));
  return all.sort((a, b) => a.nowMs - b.nowMs);
}

describe('exactly once, from the request to the read models', () => {
  const opened: Pipeline[] = [];
  async function pipelineOf(seed: number): Promise<Pipeline> {
    const pipeline = await Pipeline.open(new Random(seed));
    opened.push(pipeline);
    return pipeline;
  }
  afterEach(async () => {
    for (const pipeline of opened.splice(0)) await pipeline.close();
  });

  const firsts = Array.from({ length: PERMUTATIONS / SHARING }, (_, i) => i * SHARING);
  it.each(firsts)(`says what the oracle says of ${SHARING} permutations from %d`, async (first) => {
    const pipeline = await pipelineOf(first);
    let accepted = 0;
    for (const traffic of traffics(first, SHARING)) {
      await pipeline.run(traffic);
      await expectOracle(pipeline, traffic);
      accepted += firstOfEachId(traffic.sent).length;
    }
    expect(await pipeline.accepted()).toBe(accepted);
  });

  it('is caught when it counts an event twice', async () => {
    const pipeline = await pipelineOf(1);
    const [traffic] = traffics(1, 1);
    if (traffic === undefined) throw new Error('One traffic was asked for.');
    await pipeline.run(traffic);
    await expectOracle(pipeline, traffic);
    const last = pipeline.history.at(-1);
    if (last === undefined) throw new Error('The ledger took nothing.');
    const { id, type, stream, data, metadata, recordedAtMs } = last;
    pipeline.history.push({ id, type, stream, data, metadata, recordedAtMs, revision: last.revision + 1 });
    await pipeline.fold();
    await expect(expectOracle(pipeline, traffic)).rejects.toThrow('events');
  });
});
