import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

/** What EventBridge hands to a target. */
export interface TargetEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: unknown;
}

/** An SQS queue that a rule of a bus targets: what a campaign system sees. */
export interface EventBridgeTarget {
  /** What has come since the last call, at most `waitSeconds` waited for; empty when nothing came. */
  receive(waitSeconds?: number): Promise<readonly TargetEvent[]>;
  close(): void;
}

export interface TargetOptions {
  readonly region: string;
  readonly endpoint: string;
  readonly bus: string;
  /** EventBridge's event pattern; every event of the bus with a source unless given. */
  readonly pattern?: unknown;
}

const ACCOUNT = '123456789012';
const QUEUE = 'campaign-system';
const EVERYTHING = { source: [{ prefix: '' }] };

/** Makes the bus, a queue, and the rule that sends one to the other. */
export async function eventBridgeTarget(options: TargetOptions): Promise<EventBridgeTarget> {
  const { region, endpoint, bus, pattern = EVERYTHING } = options;
  const sqs = new SQSClient({ region, endpoint });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE }));
  const eventBridge = new EventBridgeClient({ region, endpoint });
  await eventBridge.send(new CreateEventBusCommand({ Name: bus }));
  const rule = { EventBusName: bus, Name: 'to-the-queue' };
  await eventBridge.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify(pattern) }));
  const target = { Id: 'queue', Arn: `arn:aws:sqs:${region}:${ACCOUNT}:${QUEUE}` };
  const { FailedEntryCount } = await eventBridge.send(
    new PutTargetsCommand({ EventBusName: bus, Rule: rule.Name, Targets: [target] }),
  );
  if (FailedEntryCount !== 0) throw new Error('The queue was not made a target.');
  eventBridge.destroy();
  return {
    receive: async (waitSeconds = 0) => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds }),
      );
      if (Messages.length === 0) return [];
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      return Messages.map(({ Body }) => JSON.parse(Body ?? '') as TargetEvent);
    },
    close: () => sqs.destroy(),
  };
}
