import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the built console and its compressed forms. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** More would not be our console. */
const ASSETS_MAX = 1_000;

/**
 * Every asset by its name, read once: a request then finds a name in a map, and no path of a request ever reaches the disk.
 * @throws when the directory holds more files than a console has.
 */
export function readAssets(directory: string): ReadonlyMap<string, Asset> {
  const names = readdirSync(directory);
  if (names.length > ASSETS_MAX)
    throw new Error(`${directory} holds ${names.length} files: that is no console.`);
  const optional = (path: string): Buffer | undefined => (existsSync(path) ? readFileSync(path) : undefined);
  const assets = new Map<string, Asset>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const path = join(directory, name);
    assets.set(name, {
      type,
      bytes: readFileSync(path),
      br: optional(`${path}.br`),
      gzip: optional(`${path}.gz`),
    });
  }
  return assets;
}

/** The form of an asset that a client takes, and what it is called. */
export function encodedFor(
  asset: Asset,
  accepted: string | undefined,
): { bytes: Buffer; encoding?: 'br' | 'gzip' } {
  const takes = (encoding: string): boolean =>
    new RegExp(`(?:^|,)\\s*${encoding}\\s*(?:,|$)`, 'u').test(accepted ?? '');
  if (asset.br !== undefined && takes('br')) return { bytes: asset.br, encoding: 'br' };
  if (asset.gzip !== undefined && takes('gzip')) return { bytes: asset.gzip, encoding: 'gzip' };
  return { bytes: asset.bytes };
}
