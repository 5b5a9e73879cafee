import { z } from 'zod';
import { instantSchema, pageQuery, pageSchema } from './primitives.js';

const STREAM_LENGTH_MAX = 200;

/** A place in the global order of the ledger's events, 0-based. */
const index = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const base64 = z.string().meta({ description: '32 bytes in base64.' });
const hashes = z.array(base64);
const note = z.string().meta({ description: 'C2SP signed note over a C2SP tlog-checkpoint.' });

const checkpointMembers = {
  size: z.int().meta({ description: 'Events that it is over.' }),
  root: base64,
  signedAt: instantSchema,
  note,
};
export const checkpointSchema = z.object(checkpointMembers).meta({ id: 'LedgerCheckpoint' });
export type CheckpointResponse = z.output<typeof checkpointSchema>;

/** What the ledger signs for now, and whether it still does. */
export const latestCheckpointSchema = z
  .object({
    ...checkpointMembers,
    origin: z.string(),
    key: z.string().meta({ description: 'The public key, as verifiers of signed notes take it.' }),
    state: z.enum(['kept', 'broken']).meta({
      description: 'broken: the ledger was found to be another than was signed; nothing more is signed.',
    }),
    detail: z.string().nullable(),
  })
  .meta({ id: 'LatestLedgerCheckpoint' });
export type LatestCheckpointResponse = z.output<typeof latestCheckpointSchema>;

export const checkpointsQuerySchema = z.strictObject({
  ...pageQuery,
  from: index.default(0).meta({ description: 'Checkpoints over at least so many events.' }),
});
export type CheckpointsQuery = z.output<typeof checkpointsQuerySchema>;
export const checkpointPageSchema = pageSchema(checkpointSchema).meta({ id: 'LedgerCheckpointPage' });

export const inclusionQuerySchema = z.strictObject({
  position: index.optional().meta({ description: 'Which event: its place in the global order…' }),
  stream: z.string().min(1).max(STREAM_LENGTH_MAX).optional().meta({ description: '…or its stream' }),
  revision: index.optional().meta({ description: '…and its revision there.' }),
  size: index
    .optional()
    .meta({ description: 'Size of the checkpoint to prove against; the newest unless given.' }),
});
export type InclusionQuery = z.output<typeof inclusionQuerySchema>;

export const inclusionSchema = z
  .object({
    format: z.literal('flightdeck-inclusion@1'),
    event: z.string().meta({ description: 'The event as an export writes it, from which its leaf is made.' }),
    position: z.int(),
    leafHash: base64,
    path: hashes,
    checkpoint: note,
    key: z.string(),
  })
  .meta({ id: 'InclusionProof' });
export type InclusionResponse = z.output<typeof inclusionSchema>;

export const consistencyQuerySchema = z.strictObject({ from: index, to: index });
export type ConsistencyQuery = z.output<typeof consistencyQuerySchema>;

/** That the ledger of `to` events begins with the ledger of `from` events. */
export const consistencySchema = z
  .object({
    format: z.literal('flightdeck-consistency@1'),
    from: checkpointSchema,
    to: checkpointSchema,
    path: hashes,
    key: z.string(),
  })
  .meta({ id: 'ConsistencyProof' });
export type ConsistencyResponse = z.output<typeof consistencySchema>;

export const ledgerRangeQuerySchema = z.strictObject({
  from: index.default(0),
  to: index.optional().meta({ description: 'Not included; what is signed for now unless given.' }),
});
export type LedgerRangeQuery = z.output<typeof ledgerRangeQuerySchema>;

export const ledgerCheckSchema = z
  .object({
    from: z.int(),
    to: z.int().meta({ description: 'Checked up to here; ask on from here.' }),
    size: z.int().meta({ description: 'Of the newest checkpoint.' }),
    sound: z.boolean(),
    faults: z.array(
      z.object({
        kind: z.enum(['event', 'end', 'unreadable', 'tree', 'signature']),
        position: z.int(),
        stream: z.string().nullable(),
        revision: z.int().nullable(),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'LedgerCheck' });
export type LedgerCheckResponse = z.output<typeof ledgerCheckSchema>;
