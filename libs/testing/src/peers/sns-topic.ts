import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { CommandDetail } from '@flightdeck/domain';
import * as fauxqs from 'fauxqs';
import { PEER_REGION, type AwsPeer } from './aws-peers.js';

/** A topic with a queue behind it: what a campaign system gets. */
export interface SnsTopic {
  readonly arn: string;
  /** All that has come until now, in the order in which it came. */
  received(): Promise<readonly CommandDetail[]>;
  close(): void;
}

/** SNS and SQS: fauxqs, in this process. */
export async function startFauxqs(): Promise<AwsPeer> {
  const peer = await fauxqs.startFauxqs({ port: 0, logger: false });
  return { url: `http://127.0.0.1:${peer.port}`, close: () => peer.stop() };
}

/** Makes a plain topic, or with the suffix a FIFO one, and its queue. */
export async function snsTopic(
  { url }: Pick<AwsPeer, 'url'>,
  name: string,
  suffix: '' | '.fifo' = '',
): Promise<SnsTopic> {
  const at = { region: PEER_REGION, endpoint: url };
  const [sns, sqs] = [new SNSClient(at), new SQSClient(at)];
  const isFifo = suffix === '.fifo';
  const { TopicArn = '' } = await sns.send(
    new CreateTopicCommand({ Name: name + suffix, Attributes: isFifo ? { FifoTopic: 'true' } : {} }),
  );
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name + suffix, Attributes: isFifo ? { FifoQueue: 'true' } : {} }),
  );
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const Endpoint = (await sqs.send(asked)).Attributes?.['QueueArn'];
  await sns.send(
    new SubscribeCommand({
      ...{ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { RawMessageDelivery: 'true' } },
    }),
  );
  const all: CommandDetail[] = [];
  return {
    arn: TopicArn,
    received: async () => {
      for (;;) {
        const receive = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 };
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
        if (Messages.length === 0) return [...all];
        // What is in the queue goes out of it, so that a message group gives its next one.
        for (const { Body = '', ReceiptHandle } of Messages) {
          all.push(JSON.parse(Body) as CommandDetail);
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    },
    close: () => {
      sns.destroy();
      sqs.destroy();
    },
  };
}
