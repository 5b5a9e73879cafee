import type { Command } from '../api/generated/types.gen';

const COMMANDS: Readonly<Record<string, string>> = {
  PauseCampaign: 'Pause',
  ResumeCampaign: 'Resume',
  AdjustDailyBudget: 'Adjust budget',
  AdjustBid: 'Adjust bid',
  NotifyOwner: 'Notify owner',
};

/** A command's name as a person says it. */
export function commandName(command: string): string {
  return COMMANDS[command] ?? sentenceOf(command);
}

/** `CampaignPaused` → `Campaign paused`. */
export function sentenceOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .replaceAll(/[-_]/gu, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How much a command's state worries. */
export function stateTone(state: Command['state']): 'good' | 'warn' | 'bad' | 'none' {
  switch (state) {
    case 'acknowledged':
      return 'good';
    case 'issued':
    case 'dispatched':
      return 'none';
    case 'expired':
      return 'warn';
    case 'failed':
      return 'bad';
  }
}
