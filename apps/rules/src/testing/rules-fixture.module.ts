import type { CommandBus } from '@flightdeck/bus';
import { localCommandBus } from '@flightdeck/bus/local';
import { STREAM } from '@flightdeck/contracts';
import {
  advertiser as advertiserDecider,
  campaign as campaignDecider,
  command as commandDecider,
  rule as ruleDecider,
  webhooks as webhookDecider,
  type CampaignCommand,
  type CampaignStatus,
  type CampaignTerms,
  type CommandDetail,
  type CommandEvent,
  type Decider,
  type RuleDefinition,
} from '@flightdeck/domain';
import { decodeEvent, handleCommand, readStream, type AnyEvent } from '@flightdeck/ledger';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRules, type RulesProcess, type RulesProcessOptions } from './rules-process.module.js';
import { StubReadModels } from './stub-read-models.js';

/** 10:00 in New York. */
export const START_MS = Date.parse('2026-11-22T15:00:00.000Z');
const WAIT_MS_MAX = 20_000;

/** At 90 % of the day's budget, pause: over every campaign, once a day. */
export const NINETY_PERCENT: RuleDefinition = {
  name: '90 percent',
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  ...{ action: { command: 'PauseCampaign', params: {} }, severity: 'critical', guards: {}, priority: 100 },
};

/** A campaign of `adv1` with a daily budget of 5.00 USD, in flight, in New York. */
export function termsOf(campaignId: string): CampaignTerms {
  return {
    ...{ campaignId, name: campaignId, advertiserId: 'adv1', currency: 'USD', tags: [] },
    timezone: 'America/New_York',
    flight: { start: '2026-11-01T05:00:00Z', end: '2026-12-01T05:00:00Z' },
    budget: { dailyMicros: 5_000_000, lifetimeMicros: 150_000_000 },
    pacing: { mode: 'even', tolerance: 0.05 },
  };
}

/** Waits for what has to come true, however slow the machine is. @throws {Error} when it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Not within ${WAIT_MS_MAX} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A directory, the rules over it, and everything around them that a test has in its hand. */
export class RulesFixture {
  readonly readModels = new StubReadModels();
  readonly received: CommandDetail[] = [];
  readonly bus: CommandBus;
  nowMs = START_MS;
  rules!: RulesProcess;
  private readonly directory = mkdtempSync(join(tmpdir(), 'flightdeck-rules-'));

  constructor() {
    const bus = localCommandBus();
    bus.subscribe((command) => this.received.push(command));
    this.bus = bus;
  }

  async start(change: Partial<RulesProcessOptions> = {}): Promise<void> {
    const { directory, readModels, bus } = this;
    this.rules = await startRules({ directory, readModels, bus, clock: () => this.nowMs, ...change });
  }

  async restart(change: Partial<RulesProcessOptions> = {}): Promise<void> {
    await this.rules.stop();
    await this.start(change);
  }

  async close(): Promise<void> {
    await this.rules.stop();
    rmSync(this.directory, { recursive: true });
  }

  async createRule(ruleId: string, change: Partial<RuleDefinition> = {}): Promise<void> {
    const definition = { ...NINETY_PERCENT, ...change };
    await this.tell(ruleDecider, STREAM.rule(ruleId), {
      type: 'CreateRule',
      ruleId,
      ...this.said(),
      definition,
      mode: 'active',
    });
  }

  async register(campaignId: string): Promise<void> {
    await this.tellCampaign(campaignId, { type: 'RegisterCampaign', ...termsOf(campaignId), ...this.said() });
  }

  /** What all campaigns of `adv1` may spend together on a date. */
  async shareBudget(dailyMicros: number): Promise<void> {
    await this.tell(advertiserDecider, STREAM.advertiser('adv1'), {
      type: 'ChangeAdvertiserBudget',
      ...{ advertiserId: 'adv1', currency: 'USD', budget: { dailyMicros } },
      ...this.said(),
    });
  }

  /** A webhook that is told of what fits the pattern from now on. */
  async createWebhook(webhookId: string, url: string, pattern: unknown): Promise<void> {
    await this.tell(webhookDecider, STREAM.webhooks, {
      type: 'CreateWebhook',
      ...{ webhookId, url, pattern, description: null },
      ...this.said(),
    });
  }

  async tellCampaign(campaignId: string, command: CampaignCommand): Promise<void> {
    await this.tell(campaignDecider, STREAM.campaign(campaignId), command);
    await this.rules.campaigns.caughtUp();
  }

  async acknowledge({ campaignId, commandId }: CommandDetail): Promise<void> {
    const { actor, at } = this.said();
    await this.tell(commandDecider, STREAM.command(campaignId), {
      type: 'AcknowledgeCommand',
      commandId,
      outcome: 'applied',
      actor,
      at,
    });
  }

  said(): { readonly actor: string; readonly at: string } {
    return { actor: 'ann', at: new Date(this.nowMs).toISOString() };
  }

  /** The first command that came out of the bus. */
  get first(): CommandDetail {
    const [first] = this.received;
    if (first === undefined) throw new Error('Nothing came out of the bus.');
    return first;
  }

  statusOf(campaignId: string): CampaignStatus | undefined {
    return this.rules.campaigns.get(campaignId)?.campaign.status;
  }

  async typesOf(campaignId: string): Promise<readonly string[]> {
    const types: string[] = [];
    for await (const page of readStream(this.rules.store, STREAM.command(campaignId), 0)) {
      types.push(...page.map((stored) => decodeEvent<CommandEvent>(stored).type));
    }
    return types;
  }

  async settledAs(campaignId: string, ...types: readonly CommandEvent['type'][]): Promise<void> {
    await until(
      `${campaignId}: ${types.join()}`,
      async () => (await this.typesOf(campaignId)).join() === types.join(),
    );
  }

  /** Tells of figures and waits until a rule has looked at them, or was left out: it has fired, or nothing that it looks at has changed. */
  async evaluated(campaignId: string, micros: number, revision: number): Promise<void> {
    const looks = (): number => {
      const { evaluations, spent, unchanged } = this.rules.stats;
      return evaluations + spent + unchanged;
    };
    const before = looks();
    this.readModels.spend(campaignId, micros, revision);
    await until('evaluated', () => looks() > before);
  }

  private async tell<C, E extends AnyEvent, S, R>(
    decider: Decider<C, E, S, R>,
    stream: string,
    command: C,
  ): Promise<void> {
    const result = await handleCommand(
      { store: this.rules.store, decider, newId: randomUUID },
      stream,
      command,
    );
    if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result.rejection)}`);
  }
}
