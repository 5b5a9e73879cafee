import { accept, reject, unreachable, type Decider, type Decision } from '../kernel/decider.js';
import { sameJson } from '../kernel/same-json.js';
import { parseInstant } from '../time/instant.js';
import { adGroupBudgetOf, withAdGroupBudget, withDailyBudget, AD_GROUP_BUDGETS_MAX } from './budgets.js';
import type { CampaignCommand, Order } from './commands.js';
import type { Budget, Campaign, CampaignEvent, CampaignStatus, CampaignTerms, Provenance } from './events.js';
import {
  dayPartsOf,
  termsOf,
  wrongBudget,
  wrongDetails,
  wrongFlight,
  wrongPacing,
  wrongTerms,
  type InvalidTerms,
} from './terms.js';
import { wrongAt, type InvalidAt } from './when.js';

/** Why a campaign cannot do what was asked. */
export type CampaignRejection =
  | { readonly code: 'AlreadyRegistered' }
  | { readonly code: 'NotRegistered' }
  | { readonly code: 'Ended' }
  | { readonly code: 'TooManyAdGroups' }
  | InvalidAt
  | InvalidTerms;

type Outcome = Decision<CampaignEvent, CampaignRejection>;

/** One campaign, stream `campaign-<id>`. Its state is undefined until it is registered. */
export const campaign: Decider<CampaignCommand, CampaignEvent, Campaign | undefined, CampaignRejection> = {
  initial: undefined,

  evolve: (state, event) => {
    if (event.type === 'CampaignRegistered') return registered(event.data);
    return state === undefined ? undefined : changed(state, event);
  },

  decide: (command, state) => {
    const wrongTime = wrongAt(command);
    if (wrongTime !== undefined) return reject(wrongTime);
    if (command.type === 'RegisterCampaign') return register(command, state);
    if (state === undefined) return reject({ code: 'NotRegistered' });
    if (command.type === 'EndCampaign') {
      return state.status === 'ended'
        ? accept()
        : accept({ type: 'CampaignEnded', data: provenance(command) });
    }
    if (state.status === 'ended') return reject({ code: 'Ended' });
    return change(command, state);
  },
};

/** In one literal: put together from parts it takes four times the memory, and there are many campaigns. */
function registered(data: Extract<CampaignEvent, { type: 'CampaignRegistered' }>['data']): Campaign {
  const { campaignId, name, advertiserId, currency, timezone, flight, budget, pacing, tags, pricing, at } =
    data;
  const campaign: Campaign = {
    campaignId,
    name,
    advertiserId,
    currency,
    timezone,
    flight,
    budget,
    pacing,
    tags,
    status: 'active',
    registeredAt: at,
    dailyBudgets: withDailyBudget([], budget, at),
  };
  const parts = dayPartsOf(data);
  if (parts.dayParts === undefined && pricing === undefined) return campaign;
  return { ...campaign, ...parts, ...(pricing === undefined ? {} : { pricing }) };
}

function changed(state: Campaign, event: Exclude<CampaignEvent, { type: 'CampaignRegistered' }>): Campaign {
  switch (event.type) {
    case 'CampaignDetailsChanged':
      return { ...state, name: event.data.name, tags: event.data.tags };
    case 'BudgetChanged':
      return {
        ...state,
        budget: event.data.budget,
        budgetChangedAt: event.data.at,
        dailyBudgets: withDailyBudget(state.dailyBudgets ?? [], event.data.budget, event.data.effectiveAt),
      };
    case 'AdGroupBudgetChanged':
      return { ...state, adGroups: withAdGroupBudget(state.adGroups ?? [], event.data) };
    case 'FlightChanged':
      return { ...state, flight: event.data.flight };
    case 'PacingChanged':
      return { ...state, pacing: event.data.pacing, dayParts: event.data.dayParts ?? [] };
    case 'CampaignPaused':
      return withStatus(state, 'paused', event.data.at);
    case 'CampaignResumed':
      return withStatus(state, 'active', event.data.at);
    case 'CampaignEnded':
      return withStatus(state, 'ended', event.data.at);
    default:
      return unreachable(event);
  }
}

function withStatus(state: Campaign, status: CampaignStatus, at: string): Campaign {
  return { ...state, status, statusChangedAt: at };
}

function register(command: Order & CampaignTerms, state: Campaign | undefined): Outcome {
  const terms = termsOf(command);
  if (state !== undefined)
    return sameJson(terms, termsOf(state)) ? accept() : reject({ code: 'AlreadyRegistered' });
  const wrong = wrongTerms(terms);
  if (wrong !== undefined) return reject(wrong);
  return accept({ type: 'CampaignRegistered', data: { ...terms, ...provenance(command) } });
}

type Change = Exclude<CampaignCommand, { type: 'RegisterCampaign' | 'EndCampaign' }>;

function change(command: Change, state: Campaign): Outcome {
  const said = provenance(command);
  switch (command.type) {
    case 'ChangeDetails': {
      const next = { name: command.name, tags: command.tags };
      const previous = { name: state.name, tags: state.tags };
      return unlessSameOr(wrongDetails(next), next, previous, {
        type: 'CampaignDetailsChanged',
        data: { ...said, ...next, previous },
      });
    }
    case 'ChangeBudget':
      return changeBudget(command, state);
    case 'ChangeAdGroupBudget':
      return changeAdGroupBudget(command, state);
    case 'ChangeFlight':
      return unlessSameOr(wrongFlight(command.flight), command.flight, state.flight, {
        type: 'FlightChanged',
        data: { ...said, flight: command.flight, previous: state.flight },
      });
    case 'ChangePacing': {
      const next = pacingOf(command);
      const previous = pacingOf(state);
      return unlessSameOr(wrongPacing(next), next, previous, {
        type: 'PacingChanged',
        data: { ...said, ...next, previous },
      });
    }
    case 'PauseCampaign':
      if (state.status === 'paused' || outdated(command, state.statusChangedAt)) return accept();
      return accept({ type: 'CampaignPaused', data: { ...said, ...obeying(command) } });
    case 'ResumeCampaign':
      if (state.status === 'active' || outdated(command, state.statusChangedAt)) return accept();
      return accept({ type: 'CampaignResumed', data: { ...said, ...obeying(command) } });
    default:
      return unreachable(command);
  }
}

function changeBudget(command: Order & { budget: Budget; commandId?: string }, state: Campaign): Outcome {
  if (outdated(command, state.budgetChangedAt)) return accept();
  return unlessSameOr(wrongBudget(command.budget), command.budget, state.budget, {
    type: 'BudgetChanged',
    data: { ...provenance(command), budget: command.budget, previous: state.budget, ...obeying(command) },
  });
}

function changeAdGroupBudget(
  command: Order & { readonly adGroupId: string; readonly budget: Budget },
  state: Campaign,
): Outcome {
  const { adGroupId, budget } = command;
  const known = state.adGroups ?? [];
  const previous = adGroupBudgetOf(known, adGroupId);
  if (previous === undefined && known.length >= AD_GROUP_BUDGETS_MAX)
    return reject({ code: 'TooManyAdGroups' });
  return unlessSameOr(wrongBudget(budget), budget, previous ?? {}, {
    type: 'AdGroupBudgetChanged',
    data: { ...provenance(command), adGroupId, budget, previous: previous ?? {} },
  });
}

function unlessSameOr(
  wrong: InvalidTerms | undefined,
  next: object,
  previous: object,
  event: CampaignEvent,
): Outcome {
  if (wrong !== undefined) return reject(wrong);
  return sameJson(next, previous) ? accept() : accept(event);
}

/**
 * An acknowledgement is read again after a crash. If the campaign changed in the same way since, what it told is history, and
 * applying it once more would undo that change.
 */
function outdated(
  command: { readonly commandId?: string; readonly at: string },
  changedAt: string | undefined,
): boolean {
  if (command.commandId === undefined || changedAt === undefined) return false;
  return (parseInstant(command.at) ?? 0) <= (parseInstant(changedAt) ?? 0);
}

function obeying(command: { readonly commandId?: string }): { readonly commandId?: string } {
  return command.commandId === undefined ? {} : { commandId: command.commandId };
}

function pacingOf(
  from: Pick<CampaignTerms, 'pacing' | 'dayParts'>,
): Pick<CampaignTerms, 'pacing' | 'dayParts'> {
  return { pacing: from.pacing, ...dayPartsOf(from) };
}

function provenance(order: Order): Provenance {
  const { campaignId, actor, reason, at, effectiveAt } = order;
  return {
    campaignId,
    actor,
    ...(reason === undefined ? {} : { reason }),
    at,
    effectiveAt: effectiveAt ?? at,
  };
}
