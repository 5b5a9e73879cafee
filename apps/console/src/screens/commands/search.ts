import type { CommandState } from './use-commands';

export const COMMAND_STATES: readonly CommandState[] = [
  'issued',
  'dispatched',
  'acknowledged',
  'expired',
  'failed',
];

/** What the list of commands is narrowed to, as its address says it. */
export interface CommandsSearch {
  readonly state?: CommandState | undefined;
  readonly campaignId?: string | undefined;
  readonly ruleId?: string | undefined;
}

export function commandsSearch(search: Readonly<Record<string, unknown>>): CommandsSearch {
  const { state, campaignId, ruleId } = search;
  return {
    ...(isCommandState(state) ? { state } : {}),
    ...(typeof campaignId === 'string' && campaignId !== '' ? { campaignId } : {}),
    ...(typeof ruleId === 'string' && ruleId !== '' ? { ruleId } : {}),
  };
}

export function isCommandState(value: unknown): value is CommandState {
  return COMMAND_STATES.some((state) => state === value);
}
