import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJson, encodeJson, PREFIX } from '@flightdeck/contracts';
import type { EventStore } from '@flightdeck/event-store';
import type { DirectoryEntry } from '../campaign-directory.js';
import { readableIndexFile, writeIndexFile } from '../dedupe/index-file.js';
import { LedgerReader } from '../dedupe/ledger-reader.js';
import type { FoldedEntries } from '../directory/followed-entries.js';
import type { RunningCampaignDirectory } from './follow-campaigns.js';

/** Of the campaign's fold: to be raised with every change of what it makes of the same events, or of how that is written. */
export const CAMPAIGNS_VERSION = 1;

/** How often it is written though no campaign has changed: who begins from it looks through what came since. */
const WRITTEN_AGAIN_MS = 60_000;

type FoldedCampaigns = FoldedEntries<DirectoryEntry>;

interface Written extends FoldedCampaigns {
  readonly version: number;
}

/** Writes what a directory has folded beside the index of a data directory, for who begins from that. Durable when it resolves. */
export async function writeCampaigns(
  dataDirectory: string,
  ledgerId: string,
  folded: FoldedCampaigns,
): Promise<void> {
  const written: Written = { ...folded, version: CAMPAIGNS_VERSION };
  const meta = encodeJson(written);
  const place = { from: 0, to: folded.last?.revision ?? -1, lastId: folded.last?.id ?? '' };
  const header = {
    kind: 'campaigns',
    ledgerId,
    stream: PREFIX.campaign,
    ids: folded.entries.length,
  } as const;
  const unused = { slots: 0, firstAtMs: 0, lastAtMs: 0, dataBytes: 0 };
  mkdirSync(join(dataDirectory, 'index'), { recursive: true, mode: 0o700 });
  await writeIndexFile(
    pathIn(dataDirectory),
    { ...header, ...place, ...unused, metaBytes: meta.length },
    meta,
    new Uint8Array(0),
  );
}

/**
 * What keeps that file fresh, to be called again and again: it is written when a campaign has changed, and otherwise once in
 * {@link WRITTEN_AGAIN_MS}, for what has been looked through since.
 */
export function campaignsWriter(
  directory: Pick<RunningCampaignDirectory, 'caughtUp' | 'folded'>,
  { dataDirectory, ledgerId, clock }: { dataDirectory: string; ledgerId: string; clock: () => number },
): () => Promise<void> {
  let written: { readonly lastId: string | undefined; readonly atMs: number } | undefined;
  return async () => {
    await directory.caughtUp();
    const { folded } = directory;
    const [lastId, atMs] = [folded.last?.id, clock()];
    const isFresh = written?.lastId === lastId && atMs - (written?.atMs ?? -Infinity) < WRITTEN_AGAIN_MS;
    if (isFresh) return;
    await writeCampaigns(dataDirectory, ledgerId, folded);
    written = { lastId, atMs };
  };
}

/**
 * Reads what another process has folded. Trusted is a whole file of this ledger and of this release's fold, whose last event stands
 * in the ledger where the file says, and whose checkpoint is one of `store`; undefined otherwise, and the ledger has to be read from its
 * start. @throws whatever `store` throws.
 */
export async function readCampaigns(
  dataDirectory: string,
  ledgerId: string,
  store: Pick<EventStore, 'read'>,
  isCheckpoint: (checkpoint: string) => boolean,
): Promise<FoldedCampaigns | undefined> {
  const file = readableIndexFile(pathIn(dataDirectory));
  if (file === undefined || file.header.kind !== 'campaigns' || file.header.ledgerId !== ledgerId)
    return undefined;
  const { version, checkpoint, entries, last } = decodeJson<Written>(file.meta);
  if (version !== CAMPAIGNS_VERSION || !isCheckpoint(checkpoint)) return undefined;
  if (last === undefined) return entries.length === 0 ? { checkpoint, entries, last } : undefined;
  const stored = await new LedgerReader(store, last.stream).eventAt(last.revision);
  return stored?.id === last.id ? { checkpoint, entries, last } : undefined;
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, 'index', 'campaigns.fdix');
}
