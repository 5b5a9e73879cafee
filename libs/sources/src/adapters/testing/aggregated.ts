import { createHash } from 'node:crypto';

const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);

/**
 * Texts put together as the Kinesis Producer Library does it (its "KPL Aggregated Record Format"): magic number, a Protocol
 * Buffers message with a table of partition keys and the records, MD5 of the message.
 */
export function aggregated(texts: readonly string[], partitionKey = 'key'): Buffer {
  const records = texts.map((text) =>
    field(3, Buffer.concat([varintField(1, 0), field(3, Buffer.from(text))])),
  );
  const message = Buffer.concat([field(1, Buffer.from(partitionKey)), ...records]);
  return Buffer.concat([MAGIC, message, createHash('md5').update(message).digest()]);
}

/** A length-delimited field; short ones only. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

function varintField(number: number, value: number): Buffer {
  return Buffer.from([number << 3, value]);
}
