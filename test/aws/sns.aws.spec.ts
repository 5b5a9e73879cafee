import { snsBus, type SnsBus } from '@flightdeck/bus/sns';
import {
  commandBusBreaches,
  commandBusContract,
  commandDetail,
  partialPublishBatch,
  PEER_CREDENTIALS,
  PEER_REGION,
  snsTopic,
  startFaultProxy,
  startMoto,
  type AwsPeer,
  type Fault,
  type OpenedCommandBus,
} from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

Object.assign(process.env, PEER_CREDENTIALS);

let moto: AwsPeer;
let topics = 0;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.close());

const open = (arn: string, url: string): SnsBus =>
  snsBus(`sns://${arn}?region=${PEER_REGION}&endpoint=${encodeURIComponent(url)}`, {
    ...{ sleep: async () => undefined, random: () => 0, monotonicMs: () => performance.now() },
  });

/** A topic and its queue; the bus reaches it at `url`. */
async function topicWithQueue(suffix: '' | '.fifo', url = moto.url): Promise<OpenedCommandBus> {
  const topic = await snsTopic(moto, `commands-${(topics += 1)}`, suffix);
  const bus = open(topic.arn, url);
  return {
    bus,
    received: () => topic.received(),
    close: async () => {
      bus.close();
      topic.close();
    },
  };
}

commandBusContract('sns → sqs (moto)', () => topicWithQueue(''));

describe('a FIFO topic with a FIFO queue behind it (moto)', () => {
  it('keeps the order of each campaign, and delivers a repeated command once', async () => {
    const opened = await topicWithQueue('.fifo');
    const commands = Array.from({ length: 12 }, (_, index) => commandDetail(`c${index % 2}`, index + 1));
    for (let time = 0; time < 2; time += 1) {
      const answers = await opened.bus.publish(commands);
      expect(answers.every(({ delivered }) => delivered)).toBe(true);
    }
    const received = await opened.received();
    expect(received).toHaveLength(commands.length);
    for (const id of ['c0', 'c1'])
      expect(received.filter(({ campaignId }) => campaignId === id)).toEqual(
        commands.filter(({ campaignId }) => campaignId === id),
      );
    await opened.close();
  });

  it('would be seen to lose a command if what failed were not read (planted)', async () => {
    const proxy = await startFaultProxy(moto.url);
    const opened = await topicWithQueue('.fifo', proxy.url);
    proxy.fault = () => (proxy.calls.length === 1 ? BLIND : undefined);
    const commands = [commandDetail('c1', 1), commandDetail('c2', 2)];
    expect(await commandBusBreaches(opened, commands)).toContain(
      'what came out is not what went in, in order',
    );
    expect(proxy.befallen).toBe(1);
    await opened.close();
    await proxy.close();
  });
});

/** The second message does not arrive, and the answer says that it did. */
const BLIND: Fault = {
  kind: 'rewrite-form',
  call: (fields) => {
    const partial = partialPublishBatch((index) => index === 1);
    const sent = partial.kind === 'rewrite-form' ? partial.call(fields).sent : fields;
    const done = '<member><Id>1</Id><MessageId>m</MessageId></member></Successful>';
    return { sent, answer: (xml) => xml.replace('</Successful>', done) };
  },
};
