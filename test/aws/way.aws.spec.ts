import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AWS_LOCAL,
  expected,
  firstOfEachId,
  startAwsLocal,
  type AwsLocal,
  type ServiceProcess,
  type WireEvent,
} from '@flightdeck/testing';
import { recentTraffic, until } from '../oracle/recent-traffic.js';
import { openServiceDeck, type ServiceDeck } from '../oracle/service-deck.js';

const EVENTS = 400;
const RECORDS_A_CALL = 20;
const KILLED: readonly ServiceProcess[] = ['ingest', 'projector', 'rules'];
const SETTLE_ATTEMPTS_MAX = 4_000;

/** Each through the parts that others wrote: kinesalite, dynalite, moto. */
describe('Kinesis → EventStoreDB protocol → DynamoDB → EventBridge', () => {
  const traffic = recentTraffic(5, 'aws', EVENTS);
  let aws: AwsLocal;
  let deck: ServiceDeck;

  beforeAll(async () => {
    aws = await startAwsLocal();
    // The probes go straight to the pipeline: a declared backfill does not travel over the stream.
    deck = await openServiceDeck({
      ...{ traffic, env: aws.environment, eventsPath: '/v1/events?source=import:probe' },
    });
  }, 120_000);
  afterAll(async () => {
    await deck.close();
    await aws.close();
  });

  it('says what the oracle says, whichever process is killed while records come', async () => {
    const calls = Array.from({ length: Math.ceil(traffic.sent.length / RECORDS_A_CALL) }, (_, i) =>
      traffic.sent.slice(i * RECORDS_A_CALL, (i + 1) * RECORDS_A_CALL),
    );
    const every = Math.floor(calls.length / (KILLED.length + 1));
    for (const [i, events] of calls.entries()) {
      const victim = i > 0 && i % every === 0 ? KILLED[i / every - 1] : undefined;
      await Promise.all([put(events), victim === undefined ? undefined : deck.killed(victim)]);
    }
    const all = firstOfEachId(traffic.sent).length;
    expect(await deck.accepted(all, SETTLE_ATTEMPTS_MAX)).toBe(all);
    for (const { campaignId } of traffic.campaigns)
      expect(await deck.said(campaignId)).toBe(deck.oracle(campaignId));
  }, 240_000);

  it('sends each command to the queue behind the bus, and issues it once', async () => {
    const wanted = traffic.campaigns // a rule for all governs an unregistered one too
      .map(({ campaignId }) => campaignId)
      .filter((id) => (expected(traffic).get(id)?.lifetime.impressions ?? 0) > 0)
      .sort();
    const received = new Map<string, string>();
    await until(
      async () => {
        for (const { detail } of await aws.target.receive()) {
          const { commandId, campaignId } = detail as { commandId: string; campaignId: string };
          received.set(commandId, campaignId);
        }
        return received.size;
      },
      (size) => size >= wanted.length,
    );
    expect([...received.values()].sort()).toEqual(wanted);
  });

  it('would notice one event counted twice (planted)', async () => {
    const [first] = traffic.sent.filter(({ type, ivt }) => type === 'spend' && ivt === undefined);
    if (first === undefined) throw new Error('The traffic has cost reports.');
    await put([{ ...first, eventId: 'planted' }]);
    const all = firstOfEachId(traffic.sent).length + 1;
    expect(await deck.accepted(all, SETTLE_ATTEMPTS_MAX)).toBe(all);
    expect(await deck.said(first.campaignId)).not.toBe(deck.oracle(first.campaignId));
  });

  /** As a producer puts them: one after the other, for the ledger takes the first of two that conflict. */
  async function put(events: readonly WireEvent[]): Promise<void> {
    const Records = events.map((event) => ({
      ...{ PartitionKey: event.campaignId, Data: Buffer.from(JSON.stringify(event)) },
    }));
    const { FailedRecordCount } = await aws.kinesis.send(
      new PutRecordsCommand({ StreamName: AWS_LOCAL.stream, Records }),
    );
    expect(FailedRecordCount).toBe(0);
  }
});
