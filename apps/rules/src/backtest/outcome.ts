import {
  BACKTEST_COMMANDS_TOLD_MAX,
  type BacktestVariantResponse,
  type WouldBeCommandResponse,
} from '@flightdeck/contracts';
import type { ReadModels } from '@flightdeck/read-models';
import type { Kept } from './kept.js';
import type { ReallyIssued } from './really-issued.js';
import type { Universe, WouldBe } from './universe.js';

export interface OutcomeDeps {
  readonly kept: Kept;
  readonly really: ReallyIssued;
  readonly readModels: Pick<ReadModels, 'figures'>;
  /** Where event time ended. */
  readonly nowMs: number;
}

/** What became of a variant: each command beside what its day came to, and the sums. Page by page, of what is committed. */
export async function closed(
  name: string,
  { number, commands, campaigns, suppressed }: Universe,
  deps: OutcomeDeps,
): Promise<BacktestVariantResponse> {
  const items: WouldBeCommandResponse[] = [];
  const sums = { judged: 0, alsoIssued: 0, falseAlarms: 0 };
  const overspendAvoidedMicros: Record<string, number> = {};
  for await (const page of deps.kept.under<WouldBe>(`command/${number}/`)) {
    const commandsOfPage = page.map(({ value }) => value);
    const spends = await spendAtClose(commandsOfPage, deps);
    const issued = await deps.really.among(commandsOfPage.map(({ detail }) => detail.commandId));
    for (const [index, one] of commandsOfPage.entries()) {
      const item = told(one, spends[index] ?? one.spendMicros, issued[index] === true);
      sums.judged += 1;
      if (item.issued) sums.alsoIssued += 1;
      if (item.falseAlarm) sums.falseAlarms += 1;
      const { currency, overspendAvoidedMicros: avoided } = item;
      if (currency !== null && avoided > 0)
        overspendAvoidedMicros[currency] = (overspendAvoidedMicros[currency] ?? 0) + avoided;
      if (items.length < BACKTEST_COMMANDS_TOLD_MAX) items.push(item);
    }
  }
  const note = noteOf(commands, sums.judged, items.length);
  return { name, commands, campaigns, suppressed, ...sums, overspendAvoidedMicros, note, items };
}

/** In words, what is not told one by one; null when all is. */
function noteOf(commands: number, judged: number, listed: number): string | null {
  if (listed === commands) return null;
  const count = (number: number): string => number.toLocaleString('en-US');
  const listing = `The first ${count(listed)} of ${count(commands)} commands are listed; all are counted.`;
  if (judged === commands) return listing;
  return `${listing} The first ${count(judged)} were held against how their days closed.`;
}

/** Net micros of each command's campaign and day, with everything that is known of the day by now. */
async function spendAtClose(
  commands: readonly WouldBe[],
  { readModels, nowMs }: OutcomeDeps,
): Promise<readonly number[]> {
  const requests = commands.map(({ detail, day }) => ({ campaignId: detail.campaignId, day }));
  const figures = await readModels.figures(requests, nowMs);
  return figures.map((one) => one?.today.net.micros ?? 0);
}

/** A command that restricts could at most have kept the day at its budget, or at what was already spent. */
function told(
  { detail, currency, budgetDailyMicros, spendMicros, restricts }: WouldBe,
  spendAtCloseMicros: number,
  issued: boolean,
): WouldBeCommandResponse {
  const { commandId, issuedAt: at, campaignId, ruleId, command, params, reason, facts } = detail;
  const within = budgetDailyMicros !== null && spendAtCloseMicros <= budgetDailyMicros;
  const kept = Math.max(budgetDailyMicros ?? Infinity, spendMicros);
  return {
    ...{ commandId, at, campaignId, ruleId, command, params: { ...params }, reason, facts: { ...facts } },
    ...{ issued, currency, budgetDailyMicros, spendMicros, spendAtCloseMicros },
    overspendAvoidedMicros: restricts ? Math.max(0, spendAtCloseMicros - kept) : 0,
    falseAlarm: restricts && within,
  };
}
