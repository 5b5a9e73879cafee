import { kinesisEventSchema, type KinesisBatchResponse } from '@flightdeck/contracts';
import type { RecordBatch } from '@flightdeck/sources';
import { IntakeFailed, type RecordIntake } from '../kinesis/record-intake.js';

/** How an invocation is read and what is told of it. */
export interface BatchEnvironment {
  readonly batchesOf: (event: ReturnType<typeof kinesisEventSchema.parse>) => readonly RecordBatch[];
  readonly sequenceNumberAt: (position: string) => string;
  /** Told of what could not be ingested and will come again. */
  readonly onError: (error: unknown) => void;
}

/**
 * Brings one invocation's records into the ledger. What is not durable is answered as failed, from its first record on: the mapping
 * hands it over again, and what of it was already there is counted once. Bytes that no event can be made of go to quarantine and
 * fail nothing, so that no record can block its shard.
 * @throws for an invocation that is none of Kinesis, or a fault that is none of the ledger's: then all of it comes again.
 */
export async function handleBatch(
  invocation: unknown,
  intake: Pick<RecordIntake, 'take'>,
  { batchesOf, sequenceNumberAt, onError }: BatchEnvironment,
): Promise<KinesisBatchResponse> {
  const batchItemFailures: { readonly itemIdentifier: string }[] = [];
  for (const batch of batchesOf(kinesisEventSchema.parse(invocation))) {
    try {
      await intake.take(batch);
    } catch (error) {
      if (!(error instanceof IntakeFailed)) throw error;
      onError(error);
      batchItemFailures.push({ itemIdentifier: sequenceNumberAt(error.position) });
    }
  }
  return { batchItemFailures };
}
