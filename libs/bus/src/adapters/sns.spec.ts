import type { CommandDetail } from '@flightdeck/domain';
import {
  commandBusContract,
  commandDetail,
  PEER_CREDENTIALS,
  PEER_REGION,
  snsTopic,
  startFauxqs,
  type OpenedCommandBus,
} from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import { snsBus } from './sns.js';

Object.assign(process.env, PEER_CREDENTIALS);

/** A topic with a queue behind it, in a peer of its own. */
async function topicWithQueue(suffix: '' | '.fifo'): Promise<OpenedCommandBus> {
  const peer = await startFauxqs();
  const topic = await snsTopic(peer, 'commands', suffix);
  const bus = snsBus(`sns://${topic.arn}?region=${PEER_REGION}&endpoint=${peer.url}`, {
    ...{ sleep: async () => undefined, random: () => 0, monotonicMs: () => 0 },
  });
  return {
    bus,
    received: () => topic.received(),
    close: async () => {
      bus.close();
      topic.close();
      await peer.close();
    },
  };
}

commandBusContract('sns', () => topicWithQueue(''));

describe('a FIFO topic', () => {
  it('keeps the order of each campaign, and delivers a repeated command once', async () => {
    const opened = await topicWithQueue('.fifo');
    try {
      const commands = Array.from({ length: 12 }, (_, index) => commandDetail(`c${index % 2}`, index + 1));
      expect((await opened.bus.publish(commands)).every(({ delivered }) => delivered)).toBe(true);
      expect((await opened.bus.publish(commands)).every(({ delivered }) => delivered)).toBe(true);
      const received = await opened.received();
      for (const campaignId of ['c0', 'c1']) {
        const own = (list: readonly CommandDetail[]) =>
          list.filter((one) => one.campaignId === campaignId).map(({ sequence }) => sequence);
        expect(own(received)).toEqual(own(commands));
      }
    } finally {
      await opened.close();
    }
  });

  it('says that a topic that is not there cannot take a command', async () => {
    const opened = await topicWithQueue('.fifo');
    await opened.close();
    expect(await opened.bus.publish([commandDetail('c1', 1)])).toMatchObject([
      { delivered: false, retryable: true },
    ]);
  });
});
