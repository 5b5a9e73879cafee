/** Names longer than this are no slips. */
const LENGTH_MAX = 64;
/** So many letters wrong, missing or too many are taken for a slip. */
const SLIPS_MAX = 3;

/** The name that was probably meant: the one with the fewest letters to change; undefined when none is near. */
export function nearestOf(given: string, names: readonly string[]): string | undefined {
  if (given.length > LENGTH_MAX) return undefined;
  let nearest: string | undefined;
  let fewest = SLIPS_MAX + 1;
  for (const name of names) {
    if (Math.abs(name.length - given.length) >= fewest) continue;
    const slips = slipsBetween(given.toLowerCase(), name.toLowerCase());
    if (slips < fewest) [nearest, fewest] = [name, slips];
  }
  return nearest;
}

/** Levenshtein's distance. */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
