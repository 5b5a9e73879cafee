import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import type { Logger } from '@flightdeck/platform';
import type { RecordSink } from '@flightdeck/sources';
import { kinesisAddress, kinesisSource, type KinesisSource } from '@flightdeck/sources/kinesis';
import { kinesisSink } from '@flightdeck/sources/kinesis-sink';
import { KinesisTransport } from '../../ingest/src/index.js';
import type { OnFatal } from './fatal.js';

/** No stream: events come in requests only. */
export const HTTP_ONLY = 'http';

/** What this process does with the stream that events travel over. */
export interface Stream {
  readonly source?: KinesisSource;
  readonly sink?: RecordSink;
}

/** Opens the stream at `address`: `http` for none, or `kinesis://…`. Nothing is called before it is used. @throws {BadAddress} */
export function openStream(address: string, logger: Logger): Stream {
  if (address === HTTP_ONLY) return {};
  const { role, ...connection } = kinesisAddress(address);
  return {
    ...(role === 'consumer'
      ? {}
      : { sink: kinesisSink(connection, { sleep: (ms) => delay(ms), random: Math.random }) }),
    ...(role === 'collector' ? {} : { source: sourceOf(connection, logger) }),
  };
}

/** Lets an application that has the ingest module over the stream's source read it. */
export function connectStream(app: INestApplication, { source }: Stream, onFatal: OnFatal): void {
  if (source !== undefined) app.connectMicroservice({ strategy: new KinesisTransport({ source, onFatal }) });
}

function sourceOf(connection: Parameters<typeof kinesisSource>[0], logger: Logger): KinesisSource {
  return kinesisSource(connection, {
    ...{ me: randomUUID(), random: Math.random, monotonicMs: () => performance.now() },
    onError: (error) => logger.warn({ err: error }, 'A call of the stream failed; it is made again.'),
    onGap: (shardId, checkpoint) =>
      logger.error({ shardId, checkpoint }, 'Records of the stream were trimmed before they were read.'),
  });
}
