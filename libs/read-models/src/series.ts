import { STREAM } from '@flightdeck/contracts';
import { addDays, dayBounds, dayOf, HOUR_MS, MINUTE_MS } from '@flightdeck/domain';
import { addRow, countersAt, emptyCounters, SLOT, slot } from './projections/counters.js';
import { decodeCounters } from './projections/row-codec.js';
import { DAY_TABLE, dayKey, HOUR_TABLE, MINUTE_TABLE, periodIn, periodKey } from './projections/row-keys.js';
import type { ReadModelStore, Row } from './read-model-store.js';
import { type MetricPoint, SERIES_POINTS_MAX, type SeriesQuery, SeriesTooLong } from './read-models.js';

const UTC_DAY_MS = 24 * HOUR_MS;
/** Minutes or hours in a longer step. */
const STEPS = {
  '1m': { table: MINUTE_TABLE, unitMs: MINUTE_MS, units: 1 },
  '5m': { table: MINUTE_TABLE, unitMs: MINUTE_MS, units: 5 },
  '1h': { table: HOUR_TABLE, unitMs: HOUR_MS, units: 1 },
} as const;

/** Points from committed rows: every step that overlaps [fromMs, toMs) and has events. @throws {SeriesTooLong} */
export async function series(store: ReadModelStore, query: SeriesQuery): Promise<readonly MetricPoint[]> {
  return query.step === '1d' ? await days(store, query) : await periods(store, query, query.step);
}

async function periods(
  store: ReadModelStore,
  query: SeriesQuery,
  step: keyof typeof STEPS,
): Promise<MetricPoint[]> {
  const { table, unitMs, units } = STEPS[step];
  const stepMs = unitMs * units;
  const from = Math.floor(query.fromMs / stepMs) * units;
  const to = Math.ceil(query.toMs / stepMs) * units;
  limit((to - from) / units);
  const rows = await store.range(table, {
    from: periodKey(query.campaignId, from),
    to: periodKey(query.campaignId, to),
    max: SERIES_POINTS_MAX * units,
  });
  const points: MetricPoint[] = [];
  for (let i = 0; i < rows.length;) {
    const first = rows[i];
    if (first === undefined) break;
    const start = Math.floor(periodIn(first.key) / units);
    const group: Row[] = [];
    for (
      let row = rows[i];
      row !== undefined && Math.floor(periodIn(row.key) / units) === start;
      row = rows[++i]
    ) {
      group.push(row);
    }
    points.push(point(start * stepMs, (start + 1) * stepMs, group));
  }
  return points;
}

/** Days as they are booked: the campaign's own, also for a late event that was booked on the day it came. */
async function days(store: ReadModelStore, query: SeriesQuery): Promise<MetricPoint[]> {
  const zone = query.timezone ?? 'UTC';
  limit((query.toMs - query.fromMs) / UTC_DAY_MS);
  const rows = await store.range(DAY_TABLE, {
    from: dayKey(query.campaignId, dayOf(zone, query.fromMs)),
    to: dayKey(query.campaignId, addDays(dayOf(zone, query.toMs - 1), 1)),
    max: SERIES_POINTS_MAX,
  });
  return rows.map((row) => {
    const { startMs, endMs } = dayBounds(zone, row.key.slice(row.key.lastIndexOf('/') + 1));
    return point(startMs, endMs, [row]);
  });
}

function point(startMs: number, endMs: number, rows: readonly Row[]): MetricPoint {
  const sum = emptyCounters();
  const row = emptyCounters();
  let fromRevision = Infinity;
  let toRevision = -1;
  for (const stored of rows) {
    decodeCounters(stored, row, 0);
    addRow(sum, row, 0);
    fromRevision = Math.min(fromRevision, slot(row, SLOT.fromRevision));
    toRevision = Math.max(toRevision, stored.revision);
  }
  const range = { stream: STREAM.ads(rows[0]?.partition ?? 0), fromRevision, toRevision };
  return { startMs, endMs, counters: countersAt(sum, 0), range };
}

function limit(points: number): void {
  if (points > SERIES_POINTS_MAX)
    throw new SeriesTooLong(`At most ${SERIES_POINTS_MAX} points, not ${Math.ceil(points)}.`);
}
