import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { isWireAdEvent } from '@flightdeck/contracts';
import fc from 'fast-check';
import { scaledInteger } from './decimal.js';
import { openImport, type ImportFormat, type ImportOptions } from './import.js';

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-import-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function lines(format: ImportFormat, text: string, options?: ImportOptions): Promise<string[]> {
  const path = join(directory, 'file');
  writeFileSync(path, text);
  const all: string[] = [];
  let bytesRead = 0;
  for await (const batch of openImport(format, path, options)) {
    const batchLines = Buffer.from(batch.ndjson).toString('utf8').trimEnd().split('\n');
    expect(batchLines).toHaveLength(batch.events);
    expect(batch.bytesRead).toBeGreaterThanOrEqual(bytesRead);
    ({ bytesRead } = batch);
    all.push(...batchLines);
  }
  expect(bytesRead).toBeLessThanOrEqual(Buffer.byteLength(text));
  return all;
}
const events = async (format: ImportFormat, text: string, options?: ImportOptions) =>
  (await lines(format, text, options)).map((line) => JSON.parse(line) as Record<string, unknown>);

/** Same columns as the data set; invented rows. */
const CRITEO = [
  'timestamp,uid,campaign,conversion,conversion_timestamp,conversion_id,attribution,click,click_pos,click_nb,cost,cpo',
  '0,11,101,0,-1,-1,0,0,-1,-1,1e-05,0.4',
  '2,12,102,1,90,7001,0,1,0,2,0.0000125005,0.1',
  '5,12,102,1,90,7001,1,1,1,2,0.000012500500000001,0.1',
  '5,13,101,0,-1,-1,0,0,-1,-1,2.5e-9,0.1',
  '5,13,101,0,-1,-1,0,0,-1,-1,2.5e-9,0.1',
].join('\n');

const WINDOWS = CRITEO.replaceAll('\n', '\r\n');

function idOf(line: string): string {
  return (JSON.parse(line) as { eventId: string }).eventId;
}

/** The sizes of batches in which a file says anything else than in one. */
async function batchSizesThatChange(read: (batchEvents: number) => Promise<string[]>): Promise<number[]> {
  const whole = await read(10_000);
  const changed: number[] = [];
  for (const size of [1, 3]) if ((await read(size)).join() !== whole.join()) changed.push(size);
  return changed;
}

describe('a Criteo file', () => {
  it('gives an impression a row, clicks a second later, and each conversion once', async () => {
    const all = await events('criteo', CRITEO, { epoch: '2026-11-20T00:00:00+01:00' });
    expect(all.every(isWireAdEvent)).toBe(true);
    expect(all.map(({ type, occurredAt, campaignId }) => [type, occurredAt, campaignId])).toEqual([
      ['impression', '2026-11-19T23:00:00.000Z', '101'],
      ['impression', '2026-11-19T23:00:02.000Z', '102'],
      ['click', '2026-11-19T23:00:03.000Z', '102'],
      ['conversion', '2026-11-19T23:01:30.000Z', '102'],
      ['impression', '2026-11-19T23:00:05.000Z', '102'],
      ['click', '2026-11-19T23:00:06.000Z', '102'],
      ['impression', '2026-11-19T23:00:05.000Z', '101'],
      ['impression', '2026-11-19T23:00:05.000Z', '101'],
    ]);
    const prices = all.flatMap(({ price }) =>
      price === undefined ? [] : [(price as { micros: number }).micros],
    );
    expect(prices).toEqual([10_000, 12_500, 12_501, 2, 2]); // halves go to even, and a digit past the float's goes up
  });

  it('gives every event an id of its own, the same each time and in batches of any size', async () => {
    const once = await lines('criteo', CRITEO);
    expect(new Set(once.map(idOf)).size).toBe(once.length);
    expect(await lines('criteo', WINDOWS)).toEqual(once);
    expect(await batchSizesThatChange((batchEvents) => lines('criteo', WINDOWS, { batchEvents }))).toEqual(
      [],
    );
  });

  it('is caught when ids depend on the batches (planted)', async () => {
    const byBatch = async (batchEvents: number) =>
      (await lines('criteo', WINDOWS, { batchEvents })).map((line, i) =>
        line.replace(idOf(line), `${Math.floor(i / batchEvents)}:${i % batchEvents}`),
      );
    expect(await batchSizesThatChange(byBatch)).not.toEqual([]);
  });

  it.each([
    ['a header without cost', CRITEO.replace(',cost', ',price')],
    ['a row without a time', `${CRITEO}\n,1,1,0,-1,-1,0,0,-1,-1,1e-05,0.4`],
    ['a row whose cost is no number', `${CRITEO}\n1,1,1,0,-1,-1,0,0,-1,-1,NaN,0.4`],
  ])('with %s is refused', async (_, text) => {
    await expect(lines('criteo', text)).rejects.toThrow(/cost|seconds/);
  });
});

describe('a decimal number', () => {
  it('is scaled exactly', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 18n }),
        fc.integer({ min: 0, max: 9 }),
        (integer, power) => {
          const digits = integer.toString().padStart(power + 1, '0');
          const decimal = power === 0 ? digits : `${digits.slice(0, -power)}.${digits.slice(-power)}`;
          expect(scaledInteger(decimal, power)).toBe(integer);
          expect(scaledInteger(`${integer}e-${power}`, power)).toBe(integer);
        },
      ),
    );
  });

  it('is rounded half to even', () => {
    const rounded = [
      '0.5',
      '1.5',
      '2.5',
      '2.500000000000000000001',
      '-0.5',
      '-1.5',
      '1e3',
      '.5',
      '0x1',
      '',
    ].map((text) => scaledInteger(text, 0));
    expect(rounded).toEqual([0n, 2n, 2n, 3n, 0n, -2n, 1000n, undefined, undefined, undefined]);
  });
});

describe('other files', () => {
  it('ndjson: lines go on as they are, with an id where they have none', async () => {
    const given = [
      '{"eventId":"e","micros":9007199254740993}',
      '{ "type":"click","micros":9007199254740993}',
      '{}',
      'not json',
      '[1]',
    ];
    const all = await lines('ndjson', `\uFEFF${given.join('\n\n')}\n`);
    expect(all[0]).toBe(given[0]);
    expect(all[1]).toMatch(
      /^\{"eventId":"ndjson:3:[0-9a-f]{20}", "type":"click","micros":9007199254740993\}$/,
    );
    expect(JSON.parse(all[2] ?? '')).toEqual({ eventId: expect.stringMatching(/^ndjson:5:/) });
    expect(all.slice(3)).toEqual(given.slice(3));
  });

  it('csv: columns are mapped, nested and typed', async () => {
    const text =
      'when,campaign,cpm,site,n\n2026-11-22T10:00:00Z,c1,1250000,"a, ""b""",1\n2026-11-22T10:00:00Z,c1,,,x\n';
    const columnMap = {
      type: '=impression',
      occurredAt: 'when',
      campaignId: 'campaign',
      'price.micros': 'cpm',
      'labels.site': 'site',
    };
    const all = await events('csv', text, { columnMap, currency: 'USD' });
    expect(all.every(isWireAdEvent)).toBe(true);
    expect(all).toMatchObject([
      {
        type: 'impression',
        campaignId: 'c1',
        price: { model: 'CPM', micros: 1_250_000, currency: 'USD' },
        labels: { site: 'a, "b"' },
      },
      { type: 'impression', campaignId: 'c1' },
    ]);
    expect(all[1]).not.toHaveProperty('price');
    await expect(lines('csv', text, { columnMap: { ...columnMap, device: 'nowhere' } })).rejects.toThrow(
      'nowhere',
    );
    await expect(lines('csv', text, {})).rejects.toThrow('type');
  });

  it('ipinyou: the log type makes an impression, a click or a conversion', async () => {
    const row = (type: number) =>
      [
        'bid1',
        '20130606000104008',
        type,
        'user1',
        'agent',
        '1.2.3.*',
        '216',
        '217',
        '3',
        'domain',
        'url',
        'null',
        'slot/1',
        '300',
        '250',
        'FirstView',
        'Na',
        '0',
        'creative1',
        '300',
        '54',
        'page',
        '1458',
        'null',
      ].join('\t');
    const all = await events('ipinyou', [row(1), row(2), row(3)].join('\n'));
    expect(all.every(isWireAdEvent)).toBe(true);
    expect(all).toMatchObject([
      {
        type: 'impression',
        occurredAt: '2013-06-05T16:01:04.008Z',
        campaignId: '1458',
        impressionId: 'bid1',
        price: { model: 'CPM', micros: 540_000, currency: 'CNY' },
        labels: { placementId: 'slot/1' },
      },
      { type: 'click', clickId: 'bid1', creativeId: 'creative1' },
      { type: 'conversion', conversionId: 'bid1' },
    ]);
    await expect(lines('ipinyou', 'a\tb')).rejects.toThrow('24');
    await expect(lines('ipinyou', row(4))).rejects.toThrow('log type');
  });

  it('refuse a line that no memory should hold, and a batch that no request takes', async () => {
    await expect(lines('ndjson', 'x'.repeat(2 * 1024 * 1024))).rejects.toThrow('Line 1 is longer');
    await expect(lines('ndjson', '{}', { batchEvents: 10_001 })).rejects.toThrow('10000');
  });
});
