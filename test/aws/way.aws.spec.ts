import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadOrCreateSecret } from '@flightdeck/ledger';
import { createLogger, PortClient } from '@flightdeck/platform';
import type { ReadModels } from '@flightdeck/read-models';
import {
  actualSheet,
  AWS_LOCAL,
  expected,
  expectedSheet,
  firstOfEachId,
  servicePid,
  startAwsLocal,
  startFlightdeck,
  type AwsLocal,
  type FlightdeckProcess,
  type ServiceProcess,
  type WireEvent,
} from '@flightdeck/testing';
import { RemoteReadModels } from '../../apps/flightdeck/src/services/remote-read-models.js';
import { settledPort } from '../../apps/flightdeck/src/supervisor/free-port.js';
import { Client, registerCampaign } from '../../bench/load/index.js';
import { FIRST_IMPRESSION, recentTraffic, SPAN_MS, termsOf, until } from '../oracle/recent-traffic.js';

const EVENTS = 400;
const RECORDS_A_CALL = 20;
const KILLED: readonly ServiceProcess[] = ['ingest', 'projector', 'rules'];
const SETTLE_ATTEMPTS_MAX = 4_000;

/** Each through the parts that others wrote: kinesalite, dynalite, moto. */
describe('Kinesis → EventStoreDB protocol → DynamoDB → EventBridge', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-aws-way-'));
  const traffic = recentTraffic(5, 'aws', EVENTS);
  const registered = traffic.campaigns.filter(({ timezone }) => timezone !== undefined);
  let aws: AwsLocal;
  let server: FlightdeckProcess;
  let client: Client;
  let readModels: ReadModels;
  let probes = 0;

  beforeAll(async () => {
    aws = await startAwsLocal();
    const projectorPort = await settledPort(0, Math.random);
    server = await startFlightdeck({
      ...{ dataDir, mode: 'services' },
      env: { ...aws.environment, FLIGHTDECK_PROJECTOR_PORT: String(projectorPort) },
    });
    client = new Client(server.url, server.adminToken);
    const token = loadOrCreateSecret(dataDir, 'service-token').toString('base64url');
    const projector = { url: `http://127.0.0.1:${projectorPort}`, name: 'projector', token };
    readModels = new RemoteReadModels(new PortClient(projector), createLogger({ level: 'silent' }));
    for (const campaign of registered) await client.json('POST', '/v1/campaigns', termsOf(campaign, traffic));
    await client.json('POST', '/v1/rules', FIRST_IMPRESSION);
    probes = await acceptedUntilKnown('marker');
  }, 120_000);
  afterAll(async () => {
    client.close();
    await server.stop('SIGKILL');
    await aws.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('says what the oracle says, whichever process is killed while records come', async () => {
    const calls = Array.from({ length: Math.ceil(traffic.sent.length / RECORDS_A_CALL) }, (_, i) =>
      traffic.sent.slice(i * RECORDS_A_CALL, (i + 1) * RECORDS_A_CALL),
    );
    const every = Math.floor(calls.length / (KILLED.length + 1));
    for (const [i, events] of calls.entries()) {
      const victim = i > 0 && i % every === 0 ? KILLED[i / every - 1] : undefined;
      await Promise.all([put(events), victim === undefined ? undefined : killed(victim)]);
    }
    await settled(firstOfEachId(traffic.sent).length);
    for (const { campaignId } of traffic.campaigns) expect(await said(campaignId)).toBe(oracle(campaignId));
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
    await settled(firstOfEachId(traffic.sent).length + 1);
    expect(await said(first.campaignId)).not.toBe(oracle(first.campaignId));
  });

  function oracle(campaignId: string): string | undefined {
    const campaign = expected(traffic).get(campaignId);
    return campaign === undefined ? undefined : expectedSheet(campaign, traffic.nowMs);
  }

  function said(campaignId: string): Promise<string | undefined> {
    const days = [...(expected(traffic).get(campaignId)?.days.keys() ?? [])];
    const { nowMs } = traffic;
    return actualSheet(readModels, campaignId, { days, fromMs: nowMs - SPAN_MS, nowMs });
  }

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

  async function killed(service: ServiceProcess): Promise<void> {
    const pid = servicePid(dataDir, service);
    process.kill(pid, 'SIGKILL');
    await until(
      () => Promise.resolve(servicePid(dataDir, service)),
      (now) => now !== pid,
    );
  }

  async function settled(events: number): Promise<void> {
    const accepted = await until(
      () =>
        readModels.quality().then(
          ({ partitions }) => partitions.reduce((sum, each) => sum + each.accepted, 0),
          () => -1, // the projector is starting again
        ),
      (sum) => sum >= events + probes,
      SETTLE_ATTEMPTS_MAX,
    );
    expect(accepted).toBe(events + probes);
  }

  /** Straight to the pipeline until it knows the campaign that was registered last, which is when it refuses another currency. */
  async function acceptedUntilKnown(marker: string): Promise<number> {
    await registerCampaign(client, marker);
    const occurredAt = new Date(traffic.nowMs).toISOString();
    let accepted = 0;
    await until(
      async () => {
        const event = { eventId: `${marker}-${accepted}`, type: 'spend', campaignId: marker, occurredAt };
        const cost = { amountMicros: 1, currency: 'EUR' };
        const path = '/v1/events?source=import:probe';
        const answer = await client.json<{ accepted: number }>('POST', path, { ...event, ...cost });
        accepted += answer.accepted;
        return answer.accepted;
      },
      (taken) => taken === 0,
    );
    return accepted;
  }
});
