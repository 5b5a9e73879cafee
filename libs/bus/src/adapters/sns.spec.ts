import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { CommandDetail } from '@flightdeck/domain';
import { commandBusContract, commandDetail, type OpenedCommandBus } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import { startFauxqs } from 'fauxqs';
import { snsBus } from './sns.js';

process.env['AWS_ACCESS_KEY_ID'] = 'test';
process.env['AWS_SECRET_ACCESS_KEY'] = 'test';

const REGION = 'us-east-1';

/** A topic with a queue behind it, in a peer of its own. */
async function topicWithQueue(suffix: '' | '.fifo'): Promise<OpenedCommandBus> {
  const peer = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${peer.port}`;
  const sns = new SNSClient({ region: REGION, endpoint });
  const sqs = new SQSClient({ region: REGION, endpoint });
  const Attributes = suffix === '' ? {} : { FifoTopic: 'true' };
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `commands${suffix}`, Attributes }));
  const queue = { QueueName: `inbox${suffix}`, Attributes: suffix === '' ? {} : { FifoQueue: 'true' } };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand(queue));
  await sns.send(
    new SubscribeCommand({
      ...{ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:${REGION}:000000000000:inbox${suffix}` },
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  const bus = snsBus(`sns://${TopicArn}?region=${REGION}&endpoint=${endpoint}`, {
    ...{ sleep: async () => undefined, random: () => 0, monotonicMs: () => 0 },
  });
  const all: CommandDetail[] = [];
  /** What is in the queue goes out of it, so that a message group gives its next one. */
  const received = async (): Promise<readonly CommandDetail[]> => {
    for (;;) {
      const asked = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(asked));
      if (Messages.length === 0) return [...all];
      for (const { Body = '', ReceiptHandle } of Messages) {
        all.push(JSON.parse(Body) as CommandDetail);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  };
  return {
    ...{ bus, received },
    close: async () => {
      bus.close();
      sns.destroy();
      sqs.destroy();
      await peer.stop();
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
