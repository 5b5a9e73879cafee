import { z } from 'zod';

/** What Lambda's event source mapping hands over of a Kinesis data stream (AWS Lambda, "Process Kinesis records with Lambda"). */
export const kinesisEventSchema = z.object({
  Records: z.array(
    z.object({
      /** `shardId-…:` and the sequence number. */
      eventID: z.string().regex(/^[^:]+:\d+$/u),
      eventSourceARN: z.string().regex(/:stream\/.+$/u),
      kinesis: z.object({ sequenceNumber: z.string().regex(/^\d+$/u), data: z.base64() }),
    }),
  ),
});
export type KinesisEvent = z.output<typeof kinesisEventSchema>;

/** Told to the mapping: it goes on at the lowest of these sequence numbers, and with none at the next batch. */
export interface KinesisBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
