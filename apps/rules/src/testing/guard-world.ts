import {
  Clearing,
  EMPTY_COUNTERS,
  QuietRules,
  type Campaign,
  type CampaignFigures,
  type CampaignStatus,
  type CommandEvent,
  type DecisionEvent,
  type Guards,
  type Rule,
} from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { CommandDesk } from '../desk/command-desk.js';
import { DecisionDesk } from '../desk/decision-desk.js';
import { activeRule, type ActiveRule } from '../rule-book/active-rule.js';
import { rulesStats } from '../stats.js';
import { evaluateCampaigns, type EvaluationDeps } from '../trigger/evaluation.js';
import { MemoryStore } from './memory-store.js';

export const CAMPAIGN_ID = 'c1';
export const ZONE = 'America/New_York';
/** An hour before the day on which the clocks go back. */
export const WORLD_BEGINS_MS = Date.parse('2026-11-01T03:00:00Z');
export const FLIGHT = { start: '2026-10-25T04:00:00Z', end: '2026-11-06T05:00:00Z' };

/** Something that happens to the world. `process`: which of two Flightdecks over the same ledger. */
export type Happening =
  | { readonly kind: 'clock'; readonly byMs: number }
  | {
      readonly kind: 'figures';
      readonly spend: number;
      readonly impressions: number;
      readonly fresh: boolean;
    }
  | { readonly kind: 'status'; readonly status: CampaignStatus }
  | { readonly kind: 'evaluate'; readonly process: number }
  /** The status changes while an evaluation reads the figures. */
  | { readonly kind: 'overtake'; readonly process: number; readonly status: CampaignStatus }
  | { readonly kind: 'race' }
  | { readonly kind: 'restart'; readonly process: number }
  | { readonly kind: 'answer-lost' }
  | { readonly kind: 'revise'; readonly threshold: number };

/** A firing, and how the world was at that moment. */
export interface Fired {
  readonly atMs: number;
  readonly threshold: number;
  readonly status: CampaignStatus;
  readonly spend: number;
  readonly impressions: number;
  readonly lagSeconds: number;
  /** How often each process has evaluated by then. */
  readonly looks: number;
}

/** One evaluation by one process. `life` changes when it is started anew. */
export interface Look {
  readonly life: string;
  readonly atMs: number;
  readonly threshold: number;
  readonly spend: number;
}

export interface WorldOptions {
  readonly guards: Guards;
  readonly mode: 'active' | 'shadow';
  /** Wraps the ledger that the processes see, for bugs that a test plants. */
  readonly ledger?: (store: EventStore) => EventStore;
  /** A bug that a test plants: a process goes on with the status that it saw when the evaluation began. */
  readonly keepsStatus?: boolean;
  /** What each process remembers of rules that did not hold; as the live one does unless given. */
  readonly quiet?: () => QuietRules<ActiveRule>;
}

/** A campaign, a rule and two processes over one ledger, and what comes of what happens to them: the real evaluation and desks. */
export class GuardWorld {
  readonly fired: Fired[] = [];
  readonly looks: Look[] = [];
  private nowMs = WORLD_BEGINS_MS;
  private status: CampaignStatus = 'active';
  private statusSeen: CampaignStatus = 'active';
  private overtakenBy: CampaignStatus | undefined;
  private spend = 0;
  private impressions = 0;
  private lastMs = WORLD_BEGINS_MS;
  private threshold = 100;
  private revision = 0;
  private lives = 0;
  private readonly store = new MemoryStore((stored) => {
    const { type } = decodeEvent<CommandEvent | DecisionEvent>(stored);
    if (type === 'CommandIssued' || type === 'ShadowDecided') this.fired.push(this.seen());
  });
  private readonly processes: { life: string; deps: EvaluationDeps }[];
  /** As the directory and the rule book have them: the same object while nothing about it changes. */
  private readonly rules = new Map<string, readonly ActiveRule[]>();
  private readonly campaigns = new Map<CampaignStatus, Campaign>();

  constructor(private readonly options: WorldOptions) {
    this.processes = [this.process(), this.process()];
  }

  async happens(one: Happening): Promise<void> {
    switch (one.kind) {
      case 'clock':
        this.nowMs += one.byMs;
        return;
      case 'figures':
        this.spend = one.spend;
        this.impressions = one.impressions;
        if (one.fresh) this.lastMs = this.nowMs;
        return;
      case 'status': {
        this.becomes(one.status);
        return;
      }
      case 'overtake':
        this.overtakenBy = one.status;
        return this.evaluate(one.process);
      case 'evaluate':
        return this.evaluate(one.process);
      case 'race':
        await Promise.all([this.evaluate(0), this.evaluate(1), this.evaluate(0)]);
        return;
      case 'restart':
        this.processes[one.process] = this.process();
        return;
      case 'answer-lost':
        this.store.losesNextAnswer = true;
        return;
      case 'revise':
        this.revision += 1;
        this.threshold = one.threshold;
    }
  }

  private becomes(status: CampaignStatus): void {
    if (this.status !== 'ended') this.status = status;
  }

  private async evaluate(index: number): Promise<void> {
    const process = this.processes[index];
    if (process === undefined) throw new Error('There are two processes.');
    const { threshold, spend, nowMs } = this;
    this.statusSeen = this.status;
    this.looks.push({ life: process.life, atMs: nowMs, threshold, spend });
    await evaluateCampaigns(process.deps, [CAMPAIGN_ID], nowMs, { rules: () => true });
  }

  private seen(): Fired {
    const { nowMs: atMs, threshold, status, spend, impressions } = this;
    const lagSeconds = Math.max(0, atMs - this.lastMs) / 1_000;
    return { atMs, threshold, status, spend, impressions, lagSeconds, looks: this.looks.length };
  }

  private process(): { life: string; deps: EvaluationDeps } {
    const store = this.options.ledger?.(this.store) ?? this.store;
    const failed = (_: Rule, error: unknown): never => {
      throw error;
    };
    const deps: EvaluationDeps = {
      desk: new CommandDesk(store),
      decisions: new DecisionDesk(store),
      stats: rulesStats(),
      breaker: { worked: () => undefined, failed: async (rule, error) => failed(rule, error) },
      clearing: new Clearing(),
      quiet: this.options.quiet?.() ?? new QuietRules(),
      book: { inScope: () => this.inScope() },
      directory: { get: () => ({ campaign: this.campaign(), revision: 0 }) },
      advertisers: { read: async (asked) => asked.map(() => undefined) },
      readModels: {
        figures: async ([asked]) => {
          if (this.overtakenBy !== undefined) this.becomes(this.overtakenBy);
          this.overtakenBy = undefined;
          return [this.figures(asked?.day ?? '')];
        },
      },
    };
    this.lives += 1;
    return { life: `life ${this.lives}`, deps };
  }

  private rule(): Rule {
    const { threshold, revision, options } = this;
    return {
      ...{ ruleId: 'r1', revision, author: 'ann', name: 'Spend', priority: 100, severity: 'warning' },
      ...{ mode: options.mode, guards: options.guards, scope: { all: true } },
      conditions: { all: [{ fact: 'spend.today', operator: 'greaterThanInclusive', value: threshold }] },
      action: { command: 'PauseCampaign', params: {} },
    };
  }

  private inScope(): readonly ActiveRule[] {
    const key = `${this.revision}/${this.threshold}`;
    const known = this.rules.get(key) ?? [activeRule(this.rule())];
    this.rules.set(key, known);
    return known;
  }

  private campaign(): Campaign {
    const status = this.options.keepsStatus === true ? this.statusSeen : this.status;
    const known = this.campaigns.get(status) ?? this.campaignThatIs(status);
    this.campaigns.set(status, known);
    return known;
  }

  private campaignThatIs(status: CampaignStatus): Campaign {
    return {
      ...{ campaignId: CAMPAIGN_ID, name: 'One', advertiserId: 'adv1', currency: 'USD', timezone: ZONE },
      ...{ flight: FLIGHT, budget: { dailyMicros: 1_000 }, pacing: { mode: 'even', tolerance: 0 }, tags: [] },
      ...{ status, registeredAt: FLIGHT.start },
    };
  }

  private figures(day: string): CampaignFigures {
    const money = { micros: this.spend, nanos: 0 };
    const counters = { ...EMPTY_COUNTERS, impressions: this.impressions, net: money, gross: money };
    const spans = { lifetime: counters, today: counters, last5m: counters, last15m: counters };
    return {
      ...{ campaignId: CAMPAIGN_ID, currency: 'USD', unregistered: false, day, ...spans, last60m: counters },
      position: { stream: 'ads-00', revision: 0 },
      ...{ lastOccurredAtMs: this.lastMs, lastReceivedAtMs: this.lastMs },
    };
  }
}
