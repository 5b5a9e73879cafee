import type { CommandDetail } from '@flightdeck/domain';
import {
  commandBusBreaches,
  commandDetail,
  everyFault,
  leavesInDoubt,
  PEER_CREDENTIALS,
  startEventBridgePeer,
  startFaultProxy,
  type EventBridgePeer,
  type Fault,
  type FaultProxy,
  type OpenedCommandBus,
} from '@flightdeck/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventBridgeBus, type EventBridgeBus } from './eventbridge.js';

Object.assign(process.env, PEER_CREDENTIALS);

/** Three campaigns, which a call takes one command of each of. */
const COMMANDS = Array.from({ length: 12 }, (_, index) => commandDetail(`c${index % 3}`, index + 1));

const FAULTS = everyFault({ throttling: 'ThrottlingException', internal: 'InternalException' });

/** What a bus would see that does not look at the failures in an answer of 200. */
const BLIND: Fault = {
  kind: 'rewrite',
  call: (sent) => ({
    sent,
    answer: (body) => ({
      FailedEntryCount: 0,
      Entries: (body['Entries'] as readonly unknown[]).map((_, index) => ({ EventId: `e${index}` })),
    }),
  }),
};

describe('PutEvents, whatever befalls it', () => {
  let peer: EventBridgePeer;
  let proxy: FaultProxy;
  let bus: EventBridgeBus;
  beforeEach(async () => {
    peer = await startEventBridgePeer();
    proxy = await startFaultProxy(peer.url);
    bus = eventBridgeBus(`eventbridge://ads?region=eu-central-1&endpoint=${encodeURIComponent(proxy.url)}`, {
      ...{ sleep: async () => undefined, random: () => 0, monotonicMs: () => 0, callMsMax: 300 },
    });
  });
  afterEach(async () => {
    bus.close();
    await proxy.close();
    await peer.close();
  });
  const taken = (): readonly CommandDetail[] =>
    peer.taken.map(({ Detail }) => JSON.parse(Detail) as CommandDetail);
  /** Without what came again under an id that had come. */
  const distinct = (): readonly CommandDetail[] => [
    ...new Map(taken().map((one) => [one.commandId, one])).values(),
  ];
  const opened = (): OpenedCommandBus => ({
    bus,
    received: async () => distinct(),
    close: async () => undefined,
  });

  it.each(FAULTS)(
    'loses nothing, doubles nothing and keeps the order when a call is %s',
    async (_, fault) => {
      proxy.fault = ({ number }) => (number === 2 ? fault : undefined);
      const answers = await bus.publish(COMMANDS);
      expect(proxy.befallen).toBe(1);
      expect(answers.every(({ delivered }) => delivered)).toBe(true);
      // What was done and is sent again comes twice: consumers know it by its id.
      if (!leavesInDoubt(fault)) expect(taken()).toHaveLength(COMMANDS.length);
      for (const campaignId of ['c0', 'c1', 'c2']) {
        const sequences = (of: readonly CommandDetail[]): number[] =>
          of.filter((one) => one.campaignId === campaignId).map(({ sequence }) => sequence);
        expect(sequences(distinct())).toEqual(sequences(COMMANDS));
      }
    },
  );

  it('sends only what failed again when some entries fail, so nothing is doubled', async () => {
    peer.fault = (call) =>
      call % 2 === 1
        ? { kind: 'entries', failed: (_, index) => (index === 1 ? 'InternalFailure' : undefined) }
        : undefined;
    const answers = await bus.publish(COMMANDS.slice(0, 3));
    expect(answers.every(({ delivered }) => delivered)).toBe(true);
    expect(taken()).toHaveLength(3);
    expect(proxy.calls.map(({ body }) => (body['Entries'] as readonly unknown[]).length)).toEqual([3, 1]);
  });

  it('would be seen to lose commands if it ignored FailedEntryCount (planted)', async () => {
    peer.fault = (call) => (call === 1 ? { kind: 'entries', failed: () => 'InternalFailure' } : undefined);
    proxy.fault = () => BLIND;
    expect(await commandBusBreaches(opened(), COMMANDS)).toContain(
      'what came out is not what went in, in order',
    );
  });
});
