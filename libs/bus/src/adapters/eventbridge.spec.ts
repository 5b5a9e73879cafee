import {
  commandBusContract,
  commandDetail,
  startEventBridgePeer,
  type EventBridgePeer,
} from '@flightdeck/testing';
import type { CommandDetail } from '@flightdeck/domain';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CIRCUIT_FAILURES_MAX as FAILURES_MAX } from '@flightdeck/aws';
import { eventBridgeBus, LIMITS, SOURCE, type EventBridgeBus } from './eventbridge.js';

process.env['AWS_ACCESS_KEY_ID'] = 'test';
process.env['AWS_SECRET_ACCESS_KEY'] = 'test';

const address = ({ url }: EventBridgePeer) =>
  `eventbridge://ads?region=eu-central-1&endpoint=${encodeURIComponent(url)}`;
const open = (peer: EventBridgePeer, slept: number[] = []): EventBridgeBus =>
  eventBridgeBus(address(peer), {
    sleep: async (ms) => void slept.push(ms),
    random: () => 1,
    monotonicMs: () => 0,
  });
const received = (peer: EventBridgePeer) =>
  peer.taken.map(({ Detail }) => JSON.parse(Detail) as CommandDetail);

commandBusContract('eventbridge', async () => {
  const peer = await startEventBridgePeer();
  const bus = open(peer);
  return {
    bus,
    received: async () => received(peer),
    close: async () => {
      bus.close();
      await peer.close();
    },
  };
});

describe('the EventBridge bus', () => {
  let peer: EventBridgePeer;
  let bus: EventBridgeBus;
  let slept: number[];
  beforeEach(async () => {
    peer = await startEventBridgePeer();
    slept = [];
    bus = open(peer, slept);
  });
  afterEach(async () => {
    bus.close();
    await peer.close();
  });
  const commands = (count: number) => Array.from({ length: count }, (_, i) => commandDetail(`c${i}`, i + 1));

  it('says who, what and when, and the detail word for word', async () => {
    const [command = commandDetail('c0', 1)] = commands(1);
    await bus.publish([command]);
    expect(peer.taken).toEqual([
      {
        ...{
          EventBusName: 'ads',
          Source: SOURCE,
          DetailType: 'PauseCampaign',
          Detail: JSON.stringify(command),
        },
        Time: Date.parse(command.issuedAt) / 1000,
      },
    ]);
  });

  it('puts ten entries in a call', async () => {
    await bus.publish(commands(23));
    expect(peer.calls.map((entries) => entries.length)).toEqual([10, 10, 3]);
  });

  it('puts less than a megabyte in a call', async () => {
    const large = commands(4).map((one) => ({ ...one, reason: 'x'.repeat(400_000) }));
    expect((await bus.publish(large)).every(({ delivered }) => delivered)).toBe(true);
    expect(peer.calls.map((entries) => entries.length)).toEqual([2, 2]);
  });

  it('sees that an answer of 200 holds failures, and sends only what failed, backing off', async () => {
    peer.fault = (call) =>
      call === 1
        ? { kind: 'entries', failed: (_, index) => (index % 3 === 0 ? 'ThrottlingException' : undefined) }
        : undefined;
    const answers = await bus.publish(commands(10));
    expect(answers.every(({ delivered }) => delivered)).toBe(true);
    expect(peer.calls.map((entries) => entries.length)).toEqual([10, 4]);
    expect(slept).toEqual([LIMITS.backoffFirstMs]);
    expect(received(peer)).toHaveLength(10);
  });

  it('does not try again what will never be taken, and leaves the rest to the caller after some rounds', async () => {
    peer.fault = () => ({ kind: 'entries', failed: () => 'NotAuthorizedForSourceException' });
    expect(await bus.publish(commands(1))).toMatchObject([{ delivered: false, retryable: false }]);
    expect(peer.calls).toHaveLength(1);
    peer.fault = () => ({ kind: 'status', status: 500, type: 'InternalException' });
    expect(await bus.publish(commands(1))).toMatchObject([{ delivered: false, retryable: true }]);
    expect(peer.calls).toHaveLength(1 + LIMITS.roundsMax);
  });

  it('refuses a command that no entry can hold, and sends the others', async () => {
    const [small = commandDetail('c0', 1), other = small] = commands(2);
    const huge = { ...other, reason: 'x'.repeat(LIMITS.bytesMax) };
    expect(await bus.publish([huge, small])).toMatchObject([
      { delivered: false, retryable: false },
      { delivered: true },
    ]);
  });

  it('takes a connection that breaks for an unknown outcome, and sends again', async () => {
    peer.fault = (call) => (call === 1 ? { kind: 'hang-up' } : undefined);
    expect(await bus.publish(commands(2))).toEqual([{ delivered: true }, { delivered: true }]);
    expect(peer.calls).toHaveLength(2);
  });

  it('leaves a bus alone that is down', async () => {
    peer.fault = () => ({ kind: 'hang-up' });
    for (let i = 0; i < FAILURES_MAX; i += 1) await bus.publish(commands(1));
    const calls = peer.calls.length;
    expect(await bus.publish(commands(1))).toMatchObject([{ delivered: false, retryable: true }]);
    expect([calls, peer.calls.length]).toEqual([FAILURES_MAX, FAILURES_MAX]);
  });

  it.each([
    ['another scheme', 'sns://ads'],
    ['no name', 'eventbridge://'],
    ['an unknown parameter', 'eventbridge://ads?regoin=eu'],
    ['an endpoint in the clear elsewhere', 'eventbridge://ads?endpoint=http://10.0.0.1:80'],
  ])('refuses an address with %s', (_, url) => {
    const options = { sleep: async () => undefined, random: () => 0, monotonicMs: () => 0 };
    expect(() => eventBridgeBus(url, options)).toThrow(RangeError);
  });
});
