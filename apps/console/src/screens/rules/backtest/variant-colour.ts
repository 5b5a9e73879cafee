const COLOURS = ['--fd-series-2', '--fd-series-3', '--fd-series-4', '--fd-bad', '--fd-warn'] as const;

/** The colour of a variant's commands; its name stands beside them, since colours come again. */
export function variantColour(at: number): string {
  return COLOURS[at % COLOURS.length] ?? COLOURS[0];
}
