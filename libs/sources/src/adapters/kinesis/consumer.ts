import {
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
} from '@aws-sdk/client-kinesis';

const POLLS_MAX = 150;
const POLL_MS = 200;

/** The ARN of the stream's consumer of that name, registered if need be, once it is active. */
export async function registeredConsumer(
  client: KinesisClient,
  stream: string,
  name: string,
): Promise<string> {
  const { StreamDescriptionSummary } = await client.send(
    new DescribeStreamSummaryCommand({ StreamName: stream }),
  );
  const consumer = { StreamARN: StreamDescriptionSummary?.StreamARN, ConsumerName: name };
  try {
    await client.send(new RegisterStreamConsumerCommand(consumer));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const { ConsumerDescription: found } = await client.send(new DescribeStreamConsumerCommand(consumer));
    if (found?.ConsumerStatus === 'ACTIVE' && found.ConsumerARN !== undefined) return found.ConsumerARN;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`The consumer ${name} of ${stream} does not become active.`);
}
