import type { CommandDetail, CommandName } from './events.js';

export interface Inverse {
  readonly command: CommandName;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * What takes back what a command did, from its record alone; undefined for a notice, which nobody can take back, and for a
 * budget whose value before was not known.
 */
export function inverseOf({
  command,
  params,
}: Pick<CommandDetail, 'command' | 'params'>): Inverse | undefined {
  switch (command) {
    case 'PauseCampaign':
      return { command: 'ResumeCampaign', params: {} };
    case 'ResumeCampaign':
      return { command: 'PauseCampaign', params: {} };
    case 'AdjustDailyBudget': {
      const { previousDailyMicros, dailyMicros } = params;
      if (typeof previousDailyMicros !== 'number') return undefined;
      return { command, params: { dailyMicros: previousDailyMicros, previousDailyMicros: dailyMicros } };
    }
    case 'AdjustBid': {
      const { factor } = params;
      return typeof factor === 'number' && factor > 0
        ? { command, params: { factor: 1 / factor } }
        : undefined;
    }
    case 'NotifyOwner':
      return undefined;
  }
}
