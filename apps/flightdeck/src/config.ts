import { ACKNOWLEDGE_WITHIN_MS, EXPIRES_AFTER_MS, parseCidr, SECOND_MS } from '@flightdeck/domain';
import { z } from 'zod';
import { profilesEnvironment } from '../../ingest/src/index.js';
import { oidcSchema } from './oidc-config.js';

/** The most worker threads for the ingest pipeline; 0 runs it in the main thread. */
const INGEST_WORKERS_MAX = 16;
const INDEX_SECONDS_MAX = 3_600;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const addressRanges = z
  .string()
  .transform((text) => text.split(',').map((range) => range.trim()))
  .refine((ranges) => ranges.every((range) => parseCidr(range) !== undefined), {
    message: 'must be IP ranges, comma-separated, e.g. 10.1.0.0/16,fd00::/8',
  });
const anchorList = z
  .string()
  .transform((text) => text.split(',').map((address) => address.trim()))
  .refine((addresses) => addresses.every((address) => /^(?:file:.|s3:\/\/.)/u.test(address)), {
    message: 'must be addresses, comma-separated: file:<path> or s3://<bucket>',
  });
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const ownSchema = z
  .object({
    FLIGHTDECK_DATA_DIR: z.string().min(1).default('./data'),
    FLIGHTDECK_HOST: z.string().min(1).default('127.0.0.1'),
    FLIGHTDECK_PORT: integer(0, 65_535).default(8080),
    FLIGHTDECK_ADMIN_TOKEN: z.string().min(32, 'must have at least 32 characters').optional(),
    FLIGHTDECK_EVENTSTORE: z
      .string()
      .regex(/^(?:lmdb:$|esdb(?:\+discover)?:\/\/)/u, 'must be lmdb: or an esdb:// connection string')
      .default('lmdb:'),
    FLIGHTDECK_SOURCE: z
      .string()
      .regex(/^(?:http$|kinesis:\/\/)/u, 'must be http or kinesis://<stream>')
      .default('http'),
    FLIGHTDECK_READ_MODELS: z
      .string()
      .regex(/^(?:lmdb:$|dynamodb:\/\/)/u, 'must be lmdb: or dynamodb://<table>')
      .default('lmdb:'),
    FLIGHTDECK_BUS: z
      .string()
      .regex(
        /^(?:local$|eventbridge:\/\/|sns:\/\/)/u,
        'must be local, eventbridge://<bus> or sns://<topic ARN>',
      )
      .default('local'),
    ...profilesEnvironment,
    FLIGHTDECK_WEBHOOKS_ALLOW: addressRanges.default([]),
    FLIGHTDECK_APPROVALS: z.enum(['off', 'required']).default('off'),
    FLIGHTDECK_ACK_SECONDS: integer(1, EXPIRES_AFTER_MS / SECOND_MS - 1).default(
      ACKNOWLEDGE_WITHIN_MS / SECOND_MS,
    ),
    FLIGHTDECK_RETENTION_DAYS: integer(0, 36_500).optional(),
    FLIGHTDECK_LEGAL_HOLD: flag.default(false),
    FLIGHTDECK_ANCHORS: anchorList.default([]),
    FLIGHTDECK_PARTITIONS: integer(1, 1024).optional(),
    FLIGHTDECK_INDEX_SECONDS: integer(1, INDEX_SECONDS_MAX).optional(),
    FLIGHTDECK_INGEST_WORKERS: integer(0, INGEST_WORKERS_MAX).default(1),
    FLIGHTDECK_TRUST_PROXY: flag.default(false),
    FLIGHTDECK_LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  })
  .superRefine((environment, context) => {
    if (!LOOPBACK.has(environment.FLIGHTDECK_HOST) && !environment.FLIGHTDECK_TRUST_PROXY) {
      context.addIssue({
        code: 'custom',
        path: ['FLIGHTDECK_HOST'],
        message:
          'is not a loopback address: set FLIGHTDECK_TRUST_PROXY=true when a TLS proxy stands in front',
      });
    }
  })
  .transform((environment) => ({
    dataDir: environment.FLIGHTDECK_DATA_DIR,
    host: environment.FLIGHTDECK_HOST,
    port: environment.FLIGHTDECK_PORT,
    /** Where the ledger is: `lmdb:`, in the data directory, or an EventStoreDB connection string. May hold a password. */
    eventStore: environment.FLIGHTDECK_EVENTSTORE,
    /** What events come over beside requests: `http` for nothing else, or a Kinesis data stream. */
    source: environment.FLIGHTDECK_SOURCE,
    /** Where projections keep their rows: `lmdb:`, in the data directory, or a DynamoDB table. */
    readModels: environment.FLIGHTDECK_READ_MODELS,
    /** Where commands go: `local`, an EventBridge bus or an SNS topic. */
    bus: environment.FLIGHTDECK_BUS,
    /** Reference data of users: `none`, or a DynamoDB table. */
    profiles: environment.FLIGHTDECK_PROFILES,
    /** Redis before that table. May hold a password. */
    profilesCache: environment.FLIGHTDECK_PROFILES_CACHE,
    adminToken: environment.FLIGHTDECK_ADMIN_TOKEN,
    /** Special addresses (private, loopback) that webhooks may reach, and reach without TLS. */
    webhooksAllow: environment.FLIGHTDECK_WEBHOOKS_ALLOW,
    /** How long segments of an archive are kept; for ever unless given. */
    retentionDays: environment.FLIGHTDECK_RETENTION_DAYS,
    /** While it is in force nobody is erased and no archive is thrown away. */
    legalHold: environment.FLIGHTDECK_LEGAL_HOLD,
    /** Where checkpoints of the ledger are kept outside of it. */
    anchors: environment.FLIGHTDECK_ANCHORS,
    /** Whether a rule needs a second person before it acts. */
    approvals: environment.FLIGHTDECK_APPROVALS,
    /** How long a campaign system may take to answer a command before that is an alert. */
    acknowledgeWithinMs: environment.FLIGHTDECK_ACK_SECONDS * SECOND_MS,
    partitions: environment.FLIGHTDECK_PARTITIONS,
    /** How often the files of the de-duplication index are brought up to the ledger, for functions that begin from them. */
    indexSeconds: environment.FLIGHTDECK_INDEX_SECONDS,
    ingestWorkers: environment.FLIGHTDECK_INGEST_WORKERS,
    trustProxy: environment.FLIGHTDECK_TRUST_PROXY,
    logLevel: environment.FLIGHTDECK_LOG_LEVEL,
  }));

/** What an operator can set, and its defaults (architecture §7). */
export const environmentSchema = z.intersection(
  ownSchema,
  oidcSchema.transform((oidc) => ({ oidc })),
);
export type Config = Readonly<z.output<typeof environmentSchema>>;
