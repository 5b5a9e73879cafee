import { PREFIX } from '@flightdeck/contracts';
import { Clearing, QuietRules, type CommandEvent, type Rule } from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import {
  AdvertiserReader,
  projectedReadModels,
  Projector,
  type ReadModelStore,
} from '@flightdeck/read-models';
import { PastAdvertisers } from '../backtest/advertisers.js';
import { PastCampaigns } from '../backtest/campaigns.js';
import { CommandDesk } from '../desk/command-desk.js';
import { DecisionDesk } from '../desk/decision-desk.js';
import { activeRule } from '../rule-book/active-rule.js';
import { ScopeIndex } from '../rule-book/scope-index.js';
import { rulesStats } from '../stats.js';
import { evaluateCampaigns, type EvaluationDeps, type RuleFilter } from '../trigger/evaluation.js';
import { FROM_MS, goldenDay, lineOf, TO_MS, type Moment } from './golden-day.js';
import { MemoryStore } from './memory-store.js';

const MINUTE_MS = 60_000;

export interface LiveOptions {
  readonly rules: readonly Rule[];
  /** A daily budget that all fifty campaigns share. */
  readonly advertiserMicros?: number;
  /** A fresh store for read models, each time it is asked. */
  readonly readModels: () => ReadModelStore;
  /** At this moment everything in memory and every read model is lost, and comes again out of the ledger. */
  readonly replayAtMs?: number;
  /** The planted bug: what was commanded before the replay is lost too. */
  readonly forgetsCommands?: boolean;
}

interface World {
  readonly campaigns: PastCampaigns;
  readonly holders: PastAdvertisers;
}

interface Life {
  readonly projector: Projector;
  readonly deps: EvaluationDeps;
}

/** The golden day as the live system sees it, moment by moment: its folds, its evaluation, its desks. Answers ids and lines. */
export async function liveDay(options: LiveOptions): Promise<readonly (readonly [string, string])[]> {
  const { registrations, moments } = goldenDay(options.advertiserMicros);
  const commands: (readonly [string, string])[] = [];
  const note = (stored: StoredEvent): void => {
    const event = decodeEvent<CommandEvent>(stored);
    if (event.type !== 'CommandIssued') return;
    const { commandId, issuedAt, ruleId, campaignId } = event.data;
    commands.push([commandId, lineOf(Date.parse(issuedAt), ruleId, campaignId)]);
  };
  const ledger = (): MemoryStore => new MemoryStore(note);
  let store = ledger();
  const campaigns = new PastCampaigns();
  const holders = new PastAdvertisers();
  for (const one of registrations) {
    if (one.stream.startsWith(PREFIX.advertiser)) holders.fold(one);
    else holders.join(campaigns.get(campaigns.fold(one)));
  }
  const world = { campaigns, holders };
  const past: Moment[] = [];
  let life = await lifeOver(store, world, options, past);
  const [everyRule, timeDriven]: RuleFilter[] = [() => true, (active) => active.timeDriven];
  const evaluate = (ids: Iterable<string>, nowMs: number, rules: RuleFilter = () => true): Promise<void> =>
    evaluateCampaigns(life.deps, [...ids], nowMs, { rules });
  const waiting = [...moments];
  for (let atMs = FROM_MS + MINUTE_MS; atMs < TO_MS; atMs += MINUTE_MS) {
    while ((waiting[0]?.atMs ?? Infinity) < atMs) {
      const moment = waiting.shift();
      if (moment === undefined) break;
      await fold(life.projector, moment);
      past.push(moment);
      await evaluate(campaigns.ids(), moment.atMs, everyRule);
    }
    await evaluate(campaigns.ids(), atMs, timeDriven);
    if (atMs !== options.replayAtMs) continue;
    life.projector.abandon();
    if (options.forgetsCommands === true) store = ledger();
    life = await lifeOver(store, world, options, past);
    await evaluate(campaigns.ids(), atMs, everyRule);
  }
  life.projector.abandon();
  return commands;
}

async function fold(projector: Projector, { atMs, events }: Moment): Promise<void> {
  await projector.foldAds({ events, checkpoint: String(atMs), caughtUp: true });
}

async function lifeOver(
  store: MemoryStore,
  { campaigns, holders }: World,
  { rules, readModels }: LiveOptions,
  past: readonly Moment[],
): Promise<Life> {
  const onFault = (error: unknown): never => {
    throw error instanceof Error ? error : new Error(String(error));
  };
  const projector = await Projector.open(readModels(), { onFault });
  for (const moment of past) await fold(projector, moment);
  const index = new ScopeIndex(rules.map(activeRule));
  const deps: EvaluationDeps = {
    ...{ desk: new CommandDesk(store), decisions: new DecisionDesk(store), clearing: new Clearing() },
    quiet: new QuietRules(),
    stats: rulesStats(),
    breaker: { worked: () => undefined, failed: async (_, error) => onFault(error) },
    book: { inScope: (campaignId, campaign) => index.inScope(campaignId, campaign) },
    directory: {
      get: (campaignId) => {
        const campaign = campaigns.get(campaignId);
        return campaign === undefined ? undefined : { campaign, revision: 0 };
      },
    },
    readModels: projectedReadModels(projector),
    advertisers: new AdvertiserReader(holders, projectedReadModels(projector)),
  };
  return { projector, deps };
}
