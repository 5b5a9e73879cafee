/** Whether a text holds every word that is looked for, in any order and case. */
export function matchesAll(text: string, wanted: string): boolean {
  const lower = text.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => lower.includes(word));
}
