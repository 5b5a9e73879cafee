import {
  BACKTEST_COMMANDS_TOLD_MAX,
  type BacktestVariantResponse,
  type WouldBeCommandResponse,
} from '@flightdeck/contracts';
import type { ReadModels } from '@flightdeck/read-models';
import type { Universe, WouldBe } from './universe.js';

const SLICE_MAX = 1_000;

/** What became of a variant: each command beside what its day came to, and the sums. */
export async function closed(
  name: string,
  { issued, suppressed }: Universe,
  reallyIssued: ReadonlySet<string>,
  readModels: Pick<ReadModels, 'figures'>,
): Promise<BacktestVariantResponse> {
  const items: WouldBeCommandResponse[] = [];
  let falseAlarms = 0;
  const overspendAvoidedMicros: Record<string, number> = {};
  for (let from = 0; from < issued.length; from += SLICE_MAX) {
    const slice = issued.slice(from, from + SLICE_MAX);
    const spends = await spendAtClose(slice, readModels);
    for (const [index, one] of slice.entries()) {
      const item = told(one, spends[index] ?? one.spendMicros, reallyIssued);
      if (item.falseAlarm) falseAlarms += 1;
      const { currency, overspendAvoidedMicros: avoided } = item;
      if (currency !== null && avoided > 0)
        overspendAvoidedMicros[currency] = (overspendAvoidedMicros[currency] ?? 0) + avoided;
      if (items.length < BACKTEST_COMMANDS_TOLD_MAX) items.push(item);
    }
  }
  const campaigns = new Set(issued.map(({ detail }) => detail.campaignId)).size;
  return { name, commands: issued.length, campaigns, suppressed, falseAlarms, overspendAvoidedMicros, items };
}

/** Net micros of each command's campaign and day, with everything that is known of the day by now. */
async function spendAtClose(
  commands: readonly WouldBe[],
  readModels: Pick<ReadModels, 'figures'>,
): Promise<readonly number[]> {
  const requests = commands.map(({ detail, day }) => ({ campaignId: detail.campaignId, day }));
  const figures = await readModels.figures(requests, 0);
  return figures.map((one) => one?.today.net.micros ?? 0);
}

/** A command that restricts could at most have kept the day at its budget, or at what was already spent. */
function told(
  { detail, currency, budgetDailyMicros, spendMicros, restricts }: WouldBe,
  spendAtCloseMicros: number,
  reallyIssued: ReadonlySet<string>,
): WouldBeCommandResponse {
  const { commandId, issuedAt: at, campaignId, ruleId, command, params, reason, facts } = detail;
  const within = budgetDailyMicros !== null && spendAtCloseMicros <= budgetDailyMicros;
  const kept = Math.max(budgetDailyMicros ?? Infinity, spendMicros);
  return {
    ...{ commandId, at, campaignId, ruleId, command, params: { ...params }, reason, facts: { ...facts } },
    ...{ issued: reallyIssued.has(commandId), currency, budgetDailyMicros, spendMicros, spendAtCloseMicros },
    overspendAvoidedMicros: restricts ? Math.max(0, spendAtCloseMicros - kept) : 0,
    falseAlarm: restricts && within,
  };
}
