import type { PacingResponse } from '@flightdeck/contracts';
import {
  addTotal,
  dayBounds,
  displayMicros,
  monthCap,
  monthSinceChange,
  platformCapOfDay,
  ZERO,
  type Campaign,
} from '@flightdeck/domain';
import type { ReadModels } from '@flightdeck/read-models';

/** What the platform may spend on a campaign's day, and in its month, at most: as its daily budgets were and are. */
export async function platformCaps(
  readModels: Pick<ReadModels, 'series'>,
  campaign: Campaign,
  day: string,
  nowMs: number,
): Promise<NonNullable<PacingResponse['platform']>> {
  const { campaignId, timezone } = campaign;
  const todayMicros = platformCapOfDay(campaign, dayBounds(timezone, day));
  const month = monthSinceChange(campaign, nowMs);
  if (month === undefined) return { todayMicros, monthMicros: null };
  const { firstDay, changeDay, daysLeft, dailyMicros } = month;
  const fromMs = dayBounds(timezone, firstDay).startMs;
  const toMs = dayBounds(timezone, changeDay).startMs;
  const days =
    fromMs === toMs ? [] : await readModels.series({ campaignId, fromMs, toMs, step: '1d', timezone });
  const spent = days.reduce((sum, { counters }) => addTotal(sum, counters.net), ZERO);
  return { todayMicros, monthMicros: displayMicros(monthCap(spent, dailyMicros, daysLeft)) };
}
