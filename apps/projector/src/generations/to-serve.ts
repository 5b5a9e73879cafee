import type { FoldVersion } from '@flightdeck/read-models';
import type { Generation, GenerationShelf } from './generation-shelf.js';

/**
 * What a binary serves when it starts: the generation that was served, or, when a later binary has made that one, the latest that
 * is kept and known; else one to be folded from the start of the ledger.
 */
export function toServe(
  shelf: GenerationShelf,
  versions: readonly FoldVersion[],
  now: string,
): { readonly generation: Generation; readonly version: FoldVersion } {
  const known = shelf.read();
  const all = known === undefined ? [] : [known.current, ...known.kept];
  for (const generation of all) {
    const version = versions.find((one) => one.version === generation.version);
    if (version !== undefined) return { generation, version };
  }
  const latest = versions.at(-1);
  if (latest === undefined) throw new Error('There is no version to fold.');
  return { generation: shelf.fresh(latest.version, now), version: latest };
}
