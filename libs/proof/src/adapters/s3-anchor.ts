import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { awsClientConfig, awsConnection, BadAddress } from '@flightdeck/aws';
import { AnchorDisagrees, type Anchor, type AnchoredCheckpoint } from '../anchor/anchor.js';

/** Sizes sort as their keys do. */
const SIZE_DIGITS = 16;
const DAY_MS = 86_400_000;
const LOCK_DAYS_MAX = 36_500;
const TAKEN = 412;

export interface S3AnchorOptions {
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * Keeps each checkpoint as an object of its own that is only ever created (`If-None-Match: *`), in a bucket:
 * `s3://<bucket>?prefix=…&lockDays=…&region=…&endpoint=…`. With `lockDays` the object is locked in compliance mode (S3 Object Lock):
 * nobody, the account's owner included, changes or removes it before.
 */
export function s3Anchor(url: string, { clock }: S3AnchorOptions): Anchor & { close(): void } {
  const connection = awsConnection(url, 's3', ['prefix', 'lockDays']);
  const prefix = connection.parameters.get('prefix') ?? 'flightdeck';
  const lockDays = lockDaysOf(connection.parameters.get('lockDays'));
  const client = new S3Client({
    ...awsClientConfig(connection),
    forcePathStyle: connection.endpoint !== undefined,
  });
  const Bucket = connection.name;
  const put = async ({ origin, size, note }: AnchoredCheckpoint): Promise<void> => {
    const Key = `${prefix}/${origin}/${String(size).padStart(SIZE_DIGITS, '0')}.note`;
    const locked =
      lockDays === 0
        ? {}
        : {
            ObjectLockMode: 'COMPLIANCE' as const,
            ObjectLockRetainUntilDate: new Date(clock() + lockDays * DAY_MS),
            ChecksumAlgorithm: 'SHA256' as const,
          };
    try {
      await client.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: note,
          ContentType: 'text/plain',
          IfNoneMatch: '*',
          ...locked,
        }),
      );
    } catch (error) {
      if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== TAKEN) throw error;
      const kept = await client.send(new GetObjectCommand({ Bucket, Key }));
      if ((await kept.Body?.transformToString()) !== note)
        throw new AnchorDisagrees(`s3://${Bucket}/${Key} holds another checkpoint of ${size} events.`);
    }
  };
  return { name: `s3://${Bucket}`, put, close: () => client.destroy() };
}

function lockDaysOf(text: string | undefined): number {
  const days = Number(text ?? 0);
  if (!Number.isInteger(days) || days < 0 || days > LOCK_DAYS_MAX)
    throw new BadAddress(`lockDays must be 0 to ${LOCK_DAYS_MAX}.`);
  return days;
}
