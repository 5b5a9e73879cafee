import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@flightdeck/platform';
import type { InclusionResponse, LatestCheckpointResponse } from '@flightdeck/contracts';
import { Command } from 'commander';
import {
  ArchiveBroken,
  isExpired,
  missing,
  segmentName,
  segmentsOf,
  type Segment,
} from '../archive/segments.js';
import type { Config } from '../config.js';
import type { ApiClient } from './client.js';
import { connect } from './connect.js';
import { output } from './output.js';
import { runVerifier } from './run-verifier.js';
import { saveExport } from './save-export.js';

const SEGMENT_EVENTS = 100_000;
const OWNER_ONLY = 0o700;

interface Options {
  readonly events: string;
  readonly json?: true;
}

/** `archive <directory>`: the ledger in segments that each keep their proofs; what has been kept for long enough goes. */
export function archiveCommand(config: () => Config): Command {
  return new Command('archive')
    .description(
      'write what is signed to a directory in segments, each an export that is verified; run it again to go on',
    )
    .argument('<directory>', 'where the segments are')
    .option('--events <number>', 'events in a segment', String(SEGMENT_EVENTS))
    .option('--json', 'print one JSON document for programs')
    .action(async (directory: string, { events, json }: Options) => {
      const settings = config();
      await mkdir(directory, { recursive: true, mode: OWNER_ONLY });
      const connection = await connect(settings);
      try {
        const written = await write(connection.client, directory, Number(events));
        const removed = await prune(connection.client, directory, settings);
        const sentence = `${written.length} segments written, ${removed.length} removed.`;
        output(json === true).result({ written, removed }, sentence);
      } finally {
        await connection.close();
      }
    });
}

/** A segment has its name only once it is whole and verified. */
async function write(client: ApiClient, directory: string, events: number): Promise<string[]> {
  if (!Number.isSafeInteger(events) || events < 1)
    throw new ArchiveBroken('--events must be a number from 1.');
  const { size } = (await client.get('/v1/audit/checkpoint')) as LatestCheckpointResponse;
  const written: string[] = [];
  for (const segment of missing(segmentsOf(await readdir(directory)), size, events)) {
    const name = segmentName(segment);
    const draft = join(directory, `${name}.draft.tar`);
    await rm(draft, { force: true }); // left by one that was killed
    await saveExport(client, `from=${segment.from}&to=${segment.to}`, draft);
    if ((await runVerifier([draft], 'ignore')) !== 0)
      throw new ArchiveBroken(`${draft} is not as it was signed: look at it with flightdeck verify.`);
    await rename(draft, join(directory, name));
    written.push(name);
  }
  return written;
}

/** Removes segments older than the retention, oldest first, never the newest: from it the archive goes on. */
async function prune(
  client: ApiClient,
  directory: string,
  { retentionDays, legalHold }: Pick<Config, 'retentionDays' | 'legalHold'>,
): Promise<string[]> {
  if (retentionDays === undefined || legalHold) return [];
  const removed: string[] = [];
  for (const segment of segmentsOf(await readdir(directory)).slice(0, -1)) {
    if (!isExpired(await lastRecordedAtMs(client, segment), systemClock(), retentionDays)) break;
    await rm(join(directory, segmentName(segment)));
    removed.push(segmentName(segment));
  }
  return removed;
}

async function lastRecordedAtMs(client: ApiClient, { to }: Segment): Promise<number> {
  const { event } = (await client.get(`/v1/audit/proofs/inclusion?position=${to - 1}`)) as InclusionResponse;
  return (JSON.parse(event) as { recordedAtMs: number }).recordedAtMs;
}
