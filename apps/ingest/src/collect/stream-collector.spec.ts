import { describe, expect, it } from '@jest/globals';
import { SinkBusy, SinkUnavailable, type OutgoingRecord, type RecordSink } from '@flightdeck/sources';
import { IngestBusy } from '../service/admission.js';
import { IngestUnavailable, type IngestRequest } from '../service/ingest-service.js';
import { CONTEXT, impression, NDJSON, parsed, preparer, unpack } from '../testing/fixtures.js';
import { StreamCollector } from './stream-collector.js';

function collecting(failure?: Error) {
  const put: OutgoingRecord[] = [];
  const toLedger: IngestRequest[] = [];
  const sink: RecordSink = {
    ...{ name: 'kinesis:ads', recordBytesMax: 10_000, close: () => undefined },
    put: async (records) => {
      if (failure !== undefined) throw failure;
      put.push(...records);
    },
    stats: () => ({ records: put.length, resent: 0, calls: 0 }),
  };
  const ledger = {
    ingest: async (request: IngestRequest) => {
      toLedger.push(request);
      return { ok: true, answer: { accepted: 1, duplicates: 0, quarantined: 0 } } as const;
    },
  };
  const collector = new StreamCollector(sink, ledger);
  const send = (body: string, contentType = NDJSON, context: object = {}, results = false) =>
    collector.ingest({ body: Buffer.from(body), contentType, context: { ...CONTEXT, ...context }, results });
  const texts = () => put.map(({ data }) => Buffer.from(data).toString());
  return { put, toLedger, send, texts };
}
const lines = (...events: readonly unknown[]) =>
  events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n');

describe('collecting into a stream', () => {
  it('puts each event as it came, with those of its campaign', async () => {
    const { put, send, texts } = collecting();
    const spaced = '{ "eventId":"e2", "campaignId":"c2", "price":{"micros":1.0} }';
    const outcome = await send(lines(impression(), spaced), NDJSON, {}, true);
    expect(outcome).toEqual({
      ...{ ok: true, isUnderWay: true },
      answer: {
        ...{ accepted: 2, duplicates: 0, quarantined: 0 },
        results: [
          { index: 0, eventId: 'e1', status: 'accepted' },
          { index: 1, eventId: 'e2', status: 'accepted' },
        ],
      },
    });
    expect(texts()).toEqual([JSON.stringify(impression()), spaced]);
    expect(put.map(({ partitionKey }) => partitionKey)).toEqual(['c1', 'c2']);
  });

  it('gives an event without an id the one that the ledger would give it, every time', async () => {
    const anonymous = impression({ eventId: undefined });
    const [first, again] = [collecting(), collecting()];
    await first.send(lines(anonymous, anonymous));
    await again.send(lines(anonymous, anonymous));
    expect(again.texts()).toEqual(first.texts());
    const direct = unpack(preparer().prepare(parsed(lines(anonymous, anonymous), NDJSON), CONTEXT));
    const ids = first.texts().map((text) => (JSON.parse(text) as { eventId: string }).eventId);
    expect(ids).toEqual(direct.map(({ data }) => data['eventId']));
    expect(new Set(ids).size).toBe(2);
    const keyed = collecting();
    await keyed.send(lines(anonymous), NDJSON, { position: 'key:abc' });
    expect(keyed.texts()).not.toEqual(first.texts().slice(0, 1));
  });

  it('opens CloudEvents, whose id and source are the event’s', async () => {
    const { send, texts } = collecting();
    const { eventId: _, ...data } = impression();
    const envelope = { specversion: '1.0', id: '7', source: '/shop', type: 'x.impression', data };
    await send(JSON.stringify(envelope), 'application/cloudevents+json');
    expect(JSON.parse(texts()[0] ?? '')).toMatchObject({ eventId: '/shop 7', campaignId: 'c1' });
  });

  it('lets what cannot be read go on, to be put into quarantine where the ledger is', async () => {
    const { send, texts } = collecting();
    expect(await send(lines('{', impression(), '7'))).toMatchObject({ answer: { accepted: 3 } });
    expect(texts()).toEqual(['{', JSON.stringify(impression()), '7']);
  });

  it('refuses a body that is none, and an event that no record takes', async () => {
    const { send } = collecting();
    expect(await send('[{', 'application/json')).toMatchObject({ ok: false, refusal: { status: 400 } });
    expect(await send('{}', 'text/plain')).toMatchObject({ ok: false, refusal: { status: 415 } });
    const large = impression({ context: { note: 'x'.repeat(10_000) } });
    expect(await send(lines(large))).toMatchObject({ ok: false, refusal: { status: 413 } });
  });

  it('sends declared backfills straight to the ledger', async () => {
    const { put, toLedger, send } = collecting();
    await send(lines(impression()), NDJSON, { source: 'import:criteo', acceptFromMs: 0 });
    expect([put.length, toLedger.length]).toEqual([0, 1]);
  });

  it('tells a stream that is full from one that is away', async () => {
    await expect(collecting(new SinkBusy(700)).send(lines(impression()))).rejects.toThrow(
      new IngestBusy(700),
    );
    const away = collecting(new SinkUnavailable('1 of 1 could not be put.')).send(lines(impression()));
    await expect(away).rejects.toBeInstanceOf(IngestUnavailable);
  });

  it('would be seen to make new events of old ones with ids by chance (planted)', async () => {
    const once = collecting();
    await once.send(lines(impression({ eventId: undefined })));
    const planted = JSON.stringify({ ...impression(), eventId: crypto.randomUUID() });
    expect(once.texts()).not.toEqual([planted]);
  });
});
