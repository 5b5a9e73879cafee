/** One figure beside what bounds it, both measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ceiling?: { readonly name: string; readonly value: number };
  /** What architecture §6 asks for. */
  readonly budget?: string;
  readonly details?: Readonly<Record<string, number | string>>;
}

export interface Report {
  readonly at: string;
  readonly quick: boolean;
  readonly node: string;
  readonly cpus: number;
  readonly figures: readonly Figure[];
}

/** Percentile `p` (0–1) of values in any order; 0 for none. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}

/** The report as a table for people. */
export function table(report: Report): string {
  const rows = report.figures.map((figure) => [
    figure.name,
    `${round(figure.value)} ${figure.unit}`,
    figure.ceiling === undefined
      ? ''
      : `${figure.ceiling.name}: ${round(figure.ceiling.value)} ${figure.unit}`,
    figure.ceiling === undefined ? '' : (figure.value / figure.ceiling.value).toFixed(2),
    figure.budget ?? '',
    Object.entries(figure.details ?? {})
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  ]);
  const all = [['benchmark', 'measured', 'ceiling in the same run', 'ratio', 'budget', 'details'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2);
}
