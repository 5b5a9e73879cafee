import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STREAM } from '@flightdeck/contracts';
import type { EventStore, NewEvent } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { Projector } from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';

const EVENTS = 1_000_000;
const EVENTS_QUICK = 100_000;
const APPEND_EVENTS = 1_000;
const PARTITIONS = 16;
const CAMPAIGNS = 500;
const EVENTS_PER_SECOND = 1_000;
const START_MS = Date.parse('2026-11-22T10:00:00.000Z');
const PARSED_FOR_CEILING = 100_000;

export interface FoldBench {
  readonly name: string;
  readonly eventsPerSecond: number;
  readonly ceiling: { readonly name: string; readonly eventsPerSecond: number };
  /** Of the ceiling. */
  readonly ratio: number;
}

/** A ledger of mixed ad events replayed into fresh read models, all projections on, beside JSON.parse of the same events. */
export async function foldBench({ quick }: { readonly quick: boolean }): Promise<FoldBench> {
  const events = quick ? EVENTS_QUICK : EVENTS;
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-fold-'));
  try {
    const ledger = await lmdbEventStore(join(directory, 'ledger'));
    await fill(ledger, events);
    const eventsPerSecond = await replay(ledger, join(directory, 'read-models'), events);
    await ledger.close();
    const ceiling = { name: 'JSON.parse', eventsPerSecond: parseRate() };
    return {
      name: 'replay into fresh read models',
      eventsPerSecond,
      ceiling,
      ratio: eventsPerSecond / ceiling.eventsPerSecond,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function replay(ledger: EventStore, directory: string, events: number): Promise<number> {
  const store = lmdbReadModels(directory);
  const projector = await Projector.open(store, { onFault: rethrow });
  const stop = new AbortController();
  const startedAt = performance.now();
  for await (const batch of ledger.follow({ prefix: 'ads-' }, 'start', stop.signal)) {
    await projector.foldAds(batch);
    if (projector.eventsFolded === events) stop.abort();
  }
  await projector.close();
  const seconds = (performance.now() - startedAt) / 1_000;
  await store.close();
  return events / seconds;
}

function rethrow(error: unknown): void {
  throw error instanceof Error ? error : new Error(String(error));
}

async function fill(ledger: EventStore, events: number): Promise<void> {
  for (let first = 0; first < events; first += APPEND_EVENTS) {
    const batch = Math.floor(first / APPEND_EVENTS);
    const appended = Array.from({ length: APPEND_EVENTS }, (_, i) => recorded(first + i, batch % PARTITIONS));
    const head = Math.floor(batch / PARTITIONS) * APPEND_EVENTS - 1;
    const result = await ledger.append(
      STREAM.ads(batch % PARTITIONS),
      appended,
      head < 0 ? 'no-stream' : head,
    );
    if (!result.ok) throw new Error('Nobody else writes to this ledger.');
  }
}

/** Of a hundred events: 84 impressions, 10 views, 4 clicks, a conversion, a cost report. */
function recorded(n: number, partition: number): NewEvent {
  const kind = n % 100;
  const campaignId = `campaign-${partition + PARTITIONS * (n % Math.ceil(CAMPAIGNS / PARTITIONS))}`;
  const at = new Date(START_MS + Math.floor((n * 1_000) / EVENTS_PER_SECOND)).toISOString();
  const requestAt = new Date(START_MS + (n >> 9) * 512).toISOString();
  const common = (type: string, of: number) => ({
    ...{ eventId: uuid(n), type, occurredAt: at, campaignId, advertiserId: 'advertiser-7' },
    ...{
      creativeId: 'creative-300x250-4711',
      placementId: 'placement-article-top',
      exchange: 'exchange-one',
    },
    ...{
      impressionId: uuid(of),
      userId: uuid(Math.floor(of / 3)).replaceAll('-', ''),
      device: 'mobile',
      country: 'US',
    },
  });
  const enriched = { enriched: { day: '2026-11-22', currency: 'USD' } };
  const priced = (model: string, micros: number) => ({ price: { model, micros, currency: 'USD' } });
  const [type, event] =
    kind < 84
      ? ['ImpressionRecorded', { ...common('impression', n), ...priced('CPM', 1_250_001) }]
      : kind < 94
        ? ['ViewRecorded', common('view', n - 60)]
        : kind < 98
          ? ['ClickRecorded', { ...common('click', n - 60), clickId: uuid(n), ...priced('CPC', 400_000) }]
          : kind < 99
            ? [
                'ConversionRecorded',
                { ...common('conversion', n - 62), conversionId: uuid(n), valueMicros: 25_000_000 },
              ]
            : ['SpendRecorded', { ...common('spend', n), amountMicros: 1_000_000, currency: 'USD' }];
  const metadata = {
    source: 'http',
    receivedAt: requestAt,
    correlationId: uuid(n >> 9),
    payloadHash: '0011223344556677',
  };
  return {
    id: uuid(n),
    type: type,
    data: Buffer.from(JSON.stringify({ ...(event as object), ...enriched })),
    metadata: Buffer.from(JSON.stringify(metadata)),
  };
}

function uuid(n: number): string {
  const hex = createHash('md5').update(String(n)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function parseRate(): number {
  const texts = Array.from({ length: PARSED_FOR_CEILING }, (_, n) => recorded(n, n % PARTITIONS).data);
  let fields = 0;
  const startedAt = performance.now();
  for (const bytes of texts) {
    const event = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
    ) as object;
    if ('type' in event) fields += 1;
  }
  return fields / ((performance.now() - startedAt) / 1_000);
}
