import type { CommandDetail } from '@flightdeck/domain';
import {
  commandBusBreaches,
  commandDetail,
  everyFault,
  leavesInDoubt,
  partialPublishBatch,
  PEER_CREDENTIALS,
  PEER_REGION,
  snsTopic,
  SNS_ERRORS,
  startFaultProxy,
  startFauxqs,
  type AwsPeer,
  type Fault,
  type FaultProxy,
  type NamedFault,
  type SnsTopic,
} from '@flightdeck/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { snsBus, type SnsBus } from './sns.js';

Object.assign(process.env, PEER_CREDENTIALS);

/** Three campaigns, which a call takes one command of each of. */
const COMMANDS = Array.from({ length: 12 }, (_, index) => commandDetail(`c${index % 3}`, index + 1));
const FAULTS: readonly NamedFault[] = [
  ...everyFault(SNS_ERRORS),
  ['partly refused', partialPublishBatch((index) => index === 1)],
];

let peer: AwsPeer;
let proxy: FaultProxy;
let topics = 0;
beforeAll(async () => {
  peer = await startFauxqs();
  proxy = await startFaultProxy(peer.url);
});
afterAll(async () => {
  await proxy.close();
  await peer.close();
});

describe.each(['', '.fifo'] as const)('PublishBatch, whatever befalls it (topic%s)', (suffix) => {
  let topic: SnsTopic;
  let bus: SnsBus;
  let before: number;
  beforeEach(async () => {
    proxy.fault = undefined;
    before = proxy.calls.length;
    topic = await snsTopic(peer, `commands-${(topics += 1)}`, suffix);
    bus = snsBus(`sns://${topic.arn}?region=${PEER_REGION}&endpoint=${encodeURIComponent(proxy.url)}`, {
      ...{ sleep: async () => undefined, random: () => 0, monotonicMs: () => 0, callMsMax: 300 },
    });
  });
  afterEach(() => {
    bus.close();
    topic.close();
  });
  const calls = () => proxy.calls.slice(before);
  const ids = (commands: readonly CommandDetail[]) => commands.map(({ commandId }) => commandId);
  const ofCampaign = (commands: readonly CommandDetail[], id: string) => [
    ...new Set(commands.filter(({ campaignId }) => campaignId === id).map(({ sequence }) => sequence)),
  ];

  it.each(FAULTS)(
    'loses nothing, doubles nothing and keeps the order when a call is %s',
    async (_, fault) => {
      const { befallen } = proxy;
      proxy.fault = () => (calls().length === 2 ? fault : undefined);
      const answers = await bus.publish(COMMANDS);
      expect(proxy.befallen).toBe(befallen + 1);
      expect(answers.every(({ delivered }) => delivered)).toBe(true);
      const received = await topic.received();
      expect(new Set(ids(received))).toEqual(new Set(ids(COMMANDS)));
      for (const id of ['c0', 'c1', 'c2']) expect(ofCampaign(received, id)).toEqual(ofCampaign(COMMANDS, id));
      // A plain topic takes a call again that was done already; consumers know it by its id. A FIFO topic knows it itself.
      if (suffix === '.fifo' || !leavesInDoubt(fault)) expect(received).toHaveLength(COMMANDS.length);
    },
  );

  it('sends only what failed again', async () => {
    proxy.fault = () => (calls().length === 1 ? partialPublishBatch((index) => index === 1) : undefined);
    await bus.publish(COMMANDS.slice(0, 3));
    const messages = calls().map(
      ({ body }) => Object.keys(body).filter((field) => field.endsWith('.Message')).length,
    );
    expect(messages).toEqual([3, 1]);
    expect(await topic.received()).toHaveLength(3);
  });

  it('leaves alone what is the sender’s own fault', async () => {
    proxy.fault = () => partialPublishBatch((index) => index === 1, true);
    const answers = await bus.publish(COMMANDS.slice(0, 3));
    expect(answers).toMatchObject([
      { delivered: true },
      { delivered: false, retryable: false },
      { delivered: true },
    ]);
    expect(calls()).toHaveLength(1);
  });

  it('would be seen to lose commands if it did not read what failed (planted)', async () => {
    const partial = partialPublishBatch((index) => index === 1);
    const blind: Fault = {
      kind: 'rewrite-form',
      call: (fields) => ({
        sent: partial.kind === 'rewrite-form' ? partial.call(fields).sent : fields,
        answer: (xml) =>
          xml.replace('</Successful>', '<member><Id>1</Id><MessageId>m</MessageId></member></Successful>'),
      }),
    };
    proxy.fault = () => (calls().length === 1 ? blind : undefined);
    const opened = { bus, received: () => topic.received(), close: async () => undefined };
    expect(await commandBusBreaches(opened, COMMANDS.slice(0, 3))).toContain(
      'what came out is not what went in, in order',
    );
  });
});
