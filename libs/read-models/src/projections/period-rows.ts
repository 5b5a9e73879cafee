import { emptyRow, type HotRow } from './hot-row.js';

/** The rows in memory of one campaign's days, hours or minutes. */
export class PeriodRows<Period extends string | number> {
  private readonly rows = new Map<Period, HotRow>();

  constructor(
    private readonly table: string,
    private readonly keyOf: (campaignId: string, period: Period) => string,
    /** Every stored row from this period on is in memory. */
    private completeFrom: Period,
  ) {}

  get size(): number {
    return this.rows.size;
  }

  get(period: Period): HotRow | undefined {
    return this.rows.get(period);
  }

  entries(): IterableIterator<[Period, HotRow]> {
    return this.rows.entries();
  }

  /** Makes the row of a period that is not in memory; `isCold` when the store may hold it. */
  add(
    campaignId: string,
    partition: number,
    period: Period,
  ): { readonly row: HotRow; readonly isCold: boolean } {
    const row = emptyRow(this.table, this.keyOf(campaignId, period), partition);
    this.rows.set(period, row);
    return { row, isCold: period < this.completeFrom };
  }

  /** Whether what is not in memory from `period` on is nowhere. */
  isCompleteFrom(period: Period): boolean {
    return this.completeFrom <= period;
  }

  /** Every stored row from `period` on is in memory now. */
  completed(period: Period): void {
    if (period < this.completeFrom) this.completeFrom = period;
  }

  /** Lets go of the oldest half when there are more than `max`, but of no row that is dirty; answers how many went. */
  trim(max: number): number {
    if (this.rows.size <= max) return 0;
    const before = this.rows.size;
    const periods = [...this.rows.keys()].sort((a, b) => (a < b ? -1 : 1));
    const half = Math.floor(before / 2);
    for (const [i, period] of periods.entries()) {
      if (i === half || this.rows.get(period)?.dirty === true) {
        if (period > this.completeFrom) this.completeFrom = period;
        break;
      }
      this.rows.delete(period);
    }
    return before - this.rows.size;
  }
}
