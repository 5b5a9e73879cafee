import { allOf, type FoldVersion, type Generation, type GenerationShelf } from '@flightdeck/read-models';

/**
 * What a binary serves when it starts: the generation that was served, or, when a later binary has made that one, the latest that
 * is kept and known; else one to be folded from the start of the ledger.
 */
export async function toServe(
  shelf: GenerationShelf,
  versions: readonly FoldVersion[],
  now: string,
): Promise<{ readonly generation: Generation; readonly version: FoldVersion }> {
  for (const generation of allOf(await shelf.read())) {
    const version = versions.find((one) => one.version === generation.version);
    if (version !== undefined) return { generation, version };
  }
  const latest = versions.at(-1);
  if (latest === undefined) throw new Error('There is no version to fold.');
  return { generation: await shelf.fresh(latest.version, now), version: latest };
}
