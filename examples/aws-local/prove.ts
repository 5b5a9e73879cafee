import { PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { AWS_LOCAL, type AwsLocal } from '../../libs/testing/src/peers/aws-local.js';
import type { TargetEvent } from '../../libs/testing/src/peers/event-bridge-target.js';
import type { FlightdeckProcess } from '../../libs/testing/src/process/flightdeck-process.js';

export type Say = (line: string) => void;

/** An ad event as a producer puts it. */
export interface ProducedEvent {
  readonly eventId: string;
  readonly campaignId: string;
  readonly [field: string]: unknown;
}

const DAY_MS = 86_400_000;
const EVENTS = 95;
const MICROS_PER_EVENT = 10_000;
const BUDGET_MICROS = 1_000_000;
const RECEIVES_MAX = 60;
const READS_MAX = 600;
const READ_EVERY_MS = 50;

/** Puts events with the AWS SDK, some of them twice, and receives the command from the queue. @throws when anything is not as it should be. */
export async function prove(
  { kinesis, target }: AwsLocal,
  flightdeck: FlightdeckProcess,
  say: Say,
): Promise<void> {
  const call = caller(flightdeck);
  await registerCampaign(call, 'proof', BUDGET_MICROS);
  await call('POST', '/v1/rules', ruleFor('proof', 0.9));
  const events = Array.from({ length: EVENTS }, (_, index) =>
    click(`proof-${index}`, 'proof', MICROS_PER_EVENT),
  );
  await put(kinesis, events);
  await put(kinesis, events.slice(0, EVENTS / 2));
  say(`put          ${EVENTS} events into Kinesis with the SDK, half of them twice`);
  const [command] = await receive((waitSeconds) => target.receive(waitSeconds), 1);
  if (command === undefined) throw new Error('No command came out of the queue.');
  const { campaignId, command: what, facts } = command.detail as Record<string, unknown>;
  say(
    `received     ${String(what)} for ${String(campaignId)} from the SQS queue behind EventBridge, facts ${JSON.stringify(facts)}`,
  );
  const spent = EVENTS * MICROS_PER_EVENT;
  const seen = await until(async () => {
    const { spend } = (await call('GET', '/v1/campaigns/proof/pacing')) as {
      spend: { lifetimeMicros: number };
    };
    return spend.lifetimeMicros >= spent ? spend.lifetimeMicros : undefined;
  });
  if (what !== 'PauseCampaign' || campaignId !== 'proof' || seen !== spent)
    throw new Error(`Not as it should be: ${JSON.stringify({ what, campaignId, seen, spent })}`);
  say(`accounted    ${seen} micros in DynamoDB, exactly what was put, each event once`);
}

export type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

export function caller({ url, adminToken }: FlightdeckProcess): Call {
  return async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
}

export async function registerCampaign(call: Call, campaignId: string, budgetMicros: number): Promise<void> {
  const now = Date.now();
  await call('POST', '/v1/campaigns', {
    ...{ campaignId, name: campaignId, advertiserId: 'bank', currency: 'USD', timezone: 'UTC' },
    flight: { start: new Date(now - DAY_MS).toISOString(), end: new Date(now + DAY_MS).toISOString() },
    budget: { dailyMicros: budgetMicros },
    pacing: { mode: 'even', tolerance: 0.1 },
  });
}

export function ruleFor(tag: string, threshold: number): Record<string, unknown> {
  return {
    ...{ ruleId: `over-${tag}`, name: `${threshold * 100} percent`, scope: { all: true } },
    conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: threshold }] },
    ...{ action: { command: 'PauseCampaign', params: {} }, severity: 'critical', mode: 'active' },
  };
}

export function click(eventId: string, campaignId: string, micros: number): ProducedEvent {
  return {
    ...{ eventId, type: 'click', campaignId, occurredAt: new Date().toISOString() },
    price: { model: 'CPC', micros, currency: 'USD' },
  };
}

/** @throws when Kinesis did not take all of them. */
export async function put(kinesis: KinesisClient, events: readonly ProducedEvent[]): Promise<void> {
  const Records = events.map((event) => ({
    ...{ PartitionKey: event.campaignId, Data: Buffer.from(JSON.stringify(event)) },
  }));
  const { FailedRecordCount } = await kinesis.send(
    new PutRecordsCommand({ StreamName: AWS_LOCAL.stream, Records }),
  );
  if (FailedRecordCount !== 0) throw new Error(`Kinesis refused ${FailedRecordCount ?? 'some'} records.`);
}

/** Waits for `count` messages, a bounded number of times. */
export async function receive(
  ask: (waitSeconds: number) => Promise<readonly TargetEvent[]>,
  count: number,
): Promise<readonly TargetEvent[]> {
  const received: TargetEvent[] = [];
  for (let n = 0; n < RECEIVES_MAX && received.length < count; n += 1) received.push(...(await ask(1)));
  return received;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let n = 0; n < READS_MAX; n += 1) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((next) => setTimeout(next, READ_EVERY_MS));
  }
  return undefined;
}
