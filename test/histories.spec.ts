import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { upcast, type Upcasters } from '@flightdeck/contracts';
import {
  AdFactReader,
  digestLines,
  digestOf,
  emptyFact,
  listParked,
  PROJECTIONS,
  Projector,
  projectedReadModels,
  type LedgerEvent,
} from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { releasedHistory } from './histories/released-history.js';

const ROOT = fileURLToPath(new URL('histories', import.meta.url));
const DAY = '2026-11-22';
const NOW_MS = Date.parse('2026-11-22T15:00:00Z');
const CAMPAIGNS = ['golden-1', 'golden-2'];

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** What events come to. */
async function viewsOf(events: readonly LedgerEvent[]) {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-histories-'));
  directories.push(directory);
  const store = lmdbReadModels(directory);
  const projector = await Projector.open(store, { onFault: () => undefined });
  const of = (prefix: string): LedgerEvent[] => events.filter(({ stream }) => stream.startsWith(prefix));
  await projector.foldAds({ events: of('ads-'), checkpoint: '1', caughtUp: true });
  await projector.foldQuarantine({ events: of('quarantine-'), checkpoint: '1', caughtUp: true });
  await projector.flush();
  const requests = CAMPAIGNS.map((campaignId) => ({ campaignId, day: DAY }));
  const figures = await projectedReadModels(projector).figures(requests, NOW_MS);
  const lines = await digestLines(
    store,
    PROJECTIONS.map(({ table }) => table),
  );
  const parked = await listParked(store, 100);
  await projector.close();
  await store.close();
  return { views: { digest: digestOf(lines), figures }, parked };
}

function stored(folder: string): readonly LedgerEvent[] {
  const lines = readFileSync(join(ROOT, folder, 'events.ndjson'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line, n) => {
    const { data, metadata, ...rest } = JSON.parse(line) as Pick<
      LedgerEvent,
      'stream' | 'revision' | 'type' | 'recordedAtMs'
    > & { readonly data: object; readonly metadata: object };
    const bytes = (value: object): Buffer => Buffer.from(JSON.stringify(value));
    const id = `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;
    return { ...rest, id, data: bytes(data), metadata: bytes(metadata) };
  });
}

/** What has to be there. */
function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is not there.');
  return value;
}

const wanted = process.env['HISTORIES_WRITE'];
if (wanted !== undefined && /^[a-z]+-[0-9]+$/u.test(wanted) && !existsSync(join(ROOT, wanted))) {
  mkdirSync(join(ROOT, wanted));
  writeFileSync(join(ROOT, wanted, 'events.ndjson'), releasedHistory());
  const { views } = await viewsOf(stored(wanted));
  writeFileSync(join(ROOT, wanted, 'views.json'), `${JSON.stringify(views, undefined, 2)}\n`);
}

const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((one) =>
  one.isDirectory() ? [one.name] : [],
);

describe('golden histories', () => {
  it('are there', () => expect(folders).toContain('ads-1'));

  it.each(folders)('%s comes to what it came to when it was released', async (folder) => {
    const { views, parked } = await viewsOf(stored(folder));
    expect(JSON.parse(JSON.stringify(views))).toEqual(
      JSON.parse(readFileSync(join(ROOT, folder, 'views.json'), 'utf8')),
    );
    expect(parked).toEqual([]);
  });

  it.each(folders)('%s would show a single nano that is counted otherwise', async (folder) => {
    const events = [...stored(folder)];
    const at = events.findIndex(({ type }) => type === 'ImpressionRecorded');
    const event = given(events[at]);
    const data = Buffer.from(
      Buffer.from(event.data)
        .toString()
        .replace(/"micros":(\d+)/u, '"micros":1$1'),
    );
    events[at] = { ...event, data };
    const { views } = await viewsOf(events);
    const released = JSON.parse(readFileSync(join(ROOT, folder, 'views.json'), 'utf8')) as { digest: string };
    expect(views.digest).not.toBe(released.digest);
  });

  it('of a version that nobody here knows are parked, in view, and everything else is folded', async () => {
    const events = [...stored('ads-1')];
    const known = await viewsOf(events);
    const last = given(events.findLast(({ stream }) => stream === 'ads-00'));
    const { views, parked } = await viewsOf([
      ...events,
      { ...last, revision: last.revision + 1, type: 'ImpressionRecorded.v9' },
    ]);
    expect(parked).toMatchObject([
      { stream: 'ads-00', revision: last.revision + 1, type: 'ImpressionRecorded.v9' },
    ]);
    expect(views.figures).toEqual(known.views.figures);
  });

  it('of an older shape are read as what they would be today', () => {
    const older: Upcasters = new Map([
      [
        'ImpressionSeen',
        {
          from: 'ImpressionSeen',
          to: 'ImpressionRecorded',
          data: ({ cpmMicros, ...rest }) => ({
            ...rest,
            price: { model: 'CPM', micros: cpmMicros, currency: 'USD' },
          }),
        },
      ],
    ]);
    const event = given(stored('ads-1').find(({ type }) => type === 'ImpressionRecorded'));
    const { price, ...rest } = JSON.parse(Buffer.from(event.data).toString()) as {
      price: { micros: number };
    };
    const data = Buffer.from(JSON.stringify({ ...rest, cpmMicros: price.micros }));
    const before = { ...event, type: 'ImpressionSeen', data };
    const [today, then] = [emptyFact(), emptyFact()];
    expect(new AdFactReader().read(event, today)).toBe(true);
    expect(new AdFactReader(older).read(before, then)).toBe(true);
    expect(then).toEqual(today);
    expect(new AdFactReader().read(before, then)).toBe(false);
    expect(upcast('ImpressionRecorded', event.data, older)).toBeUndefined();
  });
});
