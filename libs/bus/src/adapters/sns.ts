import {
  PublishBatchCommand,
  SNSClient,
  type BatchResultErrorEntry,
  type PublishBatchRequestEntry,
} from '@aws-sdk/client-sns';
import { awsClientConfig, awsConnection } from '@flightdeck/aws';
import type { CommandDetail } from '@flightdeck/domain';
import type { CommandBus, Delivery } from '../command-bus.js';
import { withCircuit } from '../delivery/circuit.js';
import {
  publishInOrder,
  type DeliveryEnvironment,
  type DeliveryLimits,
  type Parcel,
} from '../delivery/publish-in-order.js';

/** PublishBatch: at most 10 messages, together at most 256 KiB (SNS API Reference). */
const LIMITS: DeliveryLimits = {
  ...{ entriesMax: 10, bytesMax: 262_144, roundsMax: 3, backoffFirstMs: 50, backoffMaxMs: 1_000 },
};
const FIFO_SUFFIX = '.fifo';

export interface SnsOptions extends DeliveryEnvironment {
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number;
}

/** An SNS topic and how to let go of its connections. */
export interface SnsBus extends CommandBus {
  close(): void;
}

/**
 * Commands to an Amazon SNS topic: `sns://<topic ARN>?region=…&endpoint=…`. In a FIFO topic a campaign is a message group and the
 * `commandId` the de-duplication id, so a command that is published again within five minutes is delivered once.
 */
export function snsBus(url: string, options: SnsOptions): SnsBus {
  const connection = awsConnection(url, 'sns');
  const client = new SNSClient(awsClientConfig(connection, options.callMsMax));
  const send = withCircuit<PublishBatchRequestEntry>(
    (parcels) => publishBatch(client, connection.name, parcels),
    options.monotonicMs,
  );
  const isFifo = connection.name.endsWith(FIFO_SUFFIX);
  return {
    name: `sns://${connection.name}`,
    publish: async (commands) => {
      const parcels = commands.map((command) => parcelOf(command, isFifo));
      const fitting = parcels.filter(({ bytes }) => bytes <= LIMITS.bytesMax);
      const answers = await publishInOrder(fitting, send, LIMITS, options);
      return parcels.map((parcel) => answers[fitting.indexOf(parcel)] ?? TOO_LARGE);
    },
    close: () => client.destroy(),
  };
}

const TOO_LARGE: Delivery = {
  delivered: false,
  error: `The command is larger than an SNS message may be (${LIMITS.bytesMax} bytes).`,
  retryable: false,
};

async function publishBatch(
  client: SNSClient,
  topic: string,
  parcels: readonly Parcel<PublishBatchRequestEntry>[],
): Promise<readonly Delivery[]> {
  const entries = parcels.map(({ entry }, index) => ({ ...entry, Id: String(index) }));
  const answer = await client.send(
    new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries: entries }),
  );
  const sent = new Set((answer.Successful ?? []).map(({ Id }) => Id));
  const failed = new Map((answer.Failed ?? []).map((one) => [one.Id, one]));
  return entries.map(({ Id }) => (sent.has(Id) ? { delivered: true } : failure(failed.get(Id))));
}

/** A sender's fault will be the same the next time. */
function failure(entry: BatchResultErrorEntry | undefined): Delivery {
  const error = entry === undefined ? 'SNS gave no answer.' : `${entry.Code ?? ''}: ${entry.Message ?? ''}`;
  return { delivered: false, error, retryable: entry?.SenderFault !== true };
}

function parcelOf(command: CommandDetail, isFifo: boolean): Parcel<PublishBatchRequestEntry> {
  const Message = JSON.stringify(command);
  const entry: PublishBatchRequestEntry = {
    Id: '',
    Message,
    MessageAttributes: { command: { DataType: 'String', StringValue: command.command } },
    ...(isFifo ? { MessageGroupId: command.campaignId, MessageDeduplicationId: command.commandId } : {}),
  };
  return { command, entry, bytes: Buffer.byteLength(Message) };
}
