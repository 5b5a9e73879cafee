import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RECORDED_TYPE } from '@flightdeck/domain';
import {
  actualSheet,
  adTraffic,
  bookedDay,
  expected,
  expectedSheet,
  firstOfEachId,
  Random,
  type Traffic,
} from '@flightdeck/testing';
import { lmdbReadModels } from './adapters/lmdb.js';
import type { LedgerBatch, LedgerEvent } from './ledger-batch.js';
import { projectedReadModels } from './projected-read-models.js';
import { ADS_SOURCE, Projector } from './projector.js';
import type { ReadModelStore } from './read-model-store.js';

const HISTORIES = 60;
const EVENTS = 120;
const PARTITIONS = 3;

describe('projector', () => {
  let directory: string;
  let store: ReadModelStore;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flightdeck-projector-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function fresh(name: string): Promise<void> {
    store = lmdbReadModels(join(directory, name));
  }
  async function open(): Promise<Projector> {
    return Projector.open(store, { onFault: fail, hotRowsMax: 50, commitRowsMax: 7 });
  }

  /** Folds the history in random batches, now and then beginning anew: after a clean stop, or as after a crash. */
  async function fold(history: readonly LedgerEvent[], random: Random): Promise<Projector> {
    let projector = await open();
    while (Number(projector.checkpoint(ADS_SOURCE) ?? 0) < history.length) {
      await projector.foldAds(
        batchFrom(history, Number(projector.checkpoint(ADS_SOURCE) ?? 0), random.between(1, 40)),
      );
      if (random.chance(0.3)) await projector.flush();
      if (random.chance(0.2)) {
        if (random.chance(0.4)) await projector.close();
        else await crash(projector, random.between(0, 6));
        projector = await open();
      }
    }
    return projector;
  }

  /** Ends the projector without a commit, or in the middle of one. */
  async function crash(projector: Projector, turns: number): Promise<void> {
    const commit = projector.flush().catch(() => undefined);
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    projector.abandon();
    await commit;
  }

  it.each(Array.from({ length: HISTORIES }, (_, seed) => seed))(
    'says what the oracle says of history %d',
    async (seed) => {
      await fresh(`history-${seed}`);
      const traffic = adTraffic(seed, `h${seed}`, EVENTS);
      const history = recorded(traffic);
      const projector = await fold(history, new Random(seed));
      await expectOracle(projector, traffic);
      await projector.close();
      // Folding all of it again, on top of rows that have seen everything, changes nothing.
      const again = await open();
      for (let at = 0; at < history.length; at += 25) await again.foldAds(batchFrom(history, at, 25));
      await expectOracle(again, traffic);
      await again.close();
      await store.close();
    },
  );

  it('is caught when it counts an event twice', async () => {
    await fresh('planted');
    const traffic = adTraffic(7, 'planted', EVENTS);
    const history = recorded(traffic);
    const twice = history.slice(-1).map((last) => ({ ...last, revision: last.revision + 1 }));
    const projector = await fold([...history, ...twice], new Random(7));
    await expect(expectOracle(projector, traffic)).rejects.toThrow('events');
    await projector.close();
    await store.close();
  });
});

function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}

async function expectOracle(projector: Projector, traffic: Traffic): Promise<void> {
  const readModels = projectedReadModels(projector);
  for (const [campaignId, campaign] of expected(traffic)) {
    const span = {
      days: [...campaign.days.keys()],
      fromMs: traffic.nowMs - 6 * 86_400_000,
      nowMs: traffic.nowMs,
    };
    expect(await actualSheet(readModels, campaignId, span)).toBe(expectedSheet(campaign, traffic.nowMs));
  }
}

/** The ledger as it would stand after the traffic. */
function recorded(traffic: Traffic): LedgerEvent[] {
  const revisions = new Map<string, number>();
  return firstOfEachId(traffic.sent).map((event) => {
    const campaign = traffic.campaigns.find(({ campaignId }) => campaignId === event.campaignId);
    if (campaign === undefined) throw new Error(`No campaign ${event.campaignId}.`);
    const stream = `ads-0${traffic.campaigns.indexOf(campaign) % PARTITIONS}`;
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const day = bookedDay(campaign, event.occurredAt, traffic.nowMs);
    const enriched = {
      day,
      currency: campaign.currency,
      ...(campaign.timezone === undefined ? { unregistered: true } : {}),
    };
    const metadata = { source: 'http', receivedAt: new Date(traffic.nowMs).toISOString(), payloadHash: '0' };
    return {
      id: event.eventId,
      type: RECORDED_TYPE[event.type],
      data: Buffer.from(JSON.stringify({ ...event, enriched })),
      metadata: Buffer.from(JSON.stringify(metadata)),
      stream,
      revision,
      recordedAtMs: traffic.nowMs,
    };
  });
}

function batchFrom(history: readonly LedgerEvent[], from: number, length: number): LedgerBatch {
  const events = history.slice(from, from + length);
  return {
    events,
    checkpoint: String(from + events.length),
    caughtUp: from + events.length === history.length,
  };
}
