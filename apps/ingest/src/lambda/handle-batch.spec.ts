import type { RecordBatch } from '@flightdeck/sources';
import { lambdaBatches, sequenceNumberAt } from '@flightdeck/sources/lambda';
import { describe, expect, it } from '@jest/globals';
import { IntakeFailed } from '../kinesis/record-intake.js';
import { lambdaEnvironment } from './environment.js';
import { handleBatch } from './handle-batch.js';

/** As AWS documents it ("Process Kinesis records with Lambda"), with two records of ours in place of theirs. */
const SEQUENCES = [
  '49590338271490256608559692538361571095921575989136588898',
  '49590338271490256608559692540925702759324208523137515618',
  '49590338271490256608559692540925702759324208523137515700',
];
function recorded(data: readonly string[], shardId = 'shardId-000000000006') {
  return data.map((text, index) => ({
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: '1',
      sequenceNumber: SEQUENCES[index] ?? '',
      data: Buffer.from(text).toString('base64'),
      approximateArrivalTimestamp: 1545084650.987,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${SEQUENCES[index] ?? ''}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda-role',
    awsRegion: 'us-east-2',
    eventSourceARN: 'arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream',
  }));
}

/** Takes records until one that says `fail`, a record at a time. */
function intake(taken: string[]) {
  return {
    take: async ({ records }: Pick<RecordBatch, 'records'>) => {
      for (const record of records) {
        const text = Buffer.from(record.data).toString();
        if (text === 'fail')
          throw new IntakeFailed(record.position, [record], new Error('The ledger is away.'));
        taken.push(`${record.position} ${text}`);
      }
    },
  };
}

const errors: unknown[] = [];
const environment = {
  ...{ batchesOf: lambdaBatches, sequenceNumberAt },
  onError: (error: unknown) => errors.push(error),
};

describe('an invocation by the event source mapping of Kinesis', () => {
  it('is taken in its order, each record at the place that it has in the stream', async () => {
    const taken: string[] = [];
    const answer = await handleBatch({ Records: recorded(['one', 'two']) }, intake(taken), environment);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(taken).toEqual([
      `shardId-000000000006/${SEQUENCES[0] ?? ''} one`,
      `shardId-000000000006/${SEQUENCES[1] ?? ''} two`,
    ]);
  });

  it('says from which record on it has to come again', async () => {
    const taken: string[] = [];
    const Records = recorded(['one', 'fail', 'three']);
    const answer = await handleBatch({ Records }, intake(taken), environment);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: SEQUENCES[1] }] });
    expect([taken.length, errors.length]).toEqual([1, 1]);
  });

  it('lets no shard wait for another', async () => {
    const taken: string[] = [];
    const Records = [...recorded(['fail'], 'shardId-1'), ...recorded(['fine'], 'shardId-2')];
    const answer = await handleBatch({ Records }, intake(taken), environment);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: SEQUENCES[0] }] });
    expect(taken).toEqual([`shardId-2/${SEQUENCES[0] ?? ''} fine`]);
  });

  it('comes again whole when it is no such invocation, or when the fault is none of the ledger', async () => {
    await expect(handleBatch({ Records: [{ Sns: {} }] }, intake([]), environment)).rejects.toThrow();
    const broken = { take: async () => Promise.reject(new TypeError('A bug.')) };
    await expect(handleBatch({ Records: recorded(['one']) }, broken, environment)).rejects.toThrow('A bug.');
  });

  it('would be seen to lose records if it did not read what failed (planted)', async () => {
    const deaf = {
      take: (batch: RecordBatch) =>
        intake([])
          .take(batch)
          .catch(() => undefined),
    };
    const answer = await handleBatch({ Records: recorded(['fail']) }, deaf, environment);
    expect(answer.batchItemFailures).not.toEqual([{ itemIdentifier: SEQUENCES[0] }]);
  });
});

describe('the environment of the function', () => {
  it('names what is missing, and no value', () => {
    expect(() => lambdaEnvironment({ FLIGHTDECK_EVENTSTORE: 'http://user:secret@host' })).toThrow(
      /FLIGHTDECK_EVENTSTORE[^]*FLIGHTDECK_USER_KEYS_FILE/u,
    );
    expect(() => lambdaEnvironment({ FLIGHTDECK_EVENTSTORE: 'http://user:secret@host' })).not.toThrow(
      /secret/u,
    );
  });
});
