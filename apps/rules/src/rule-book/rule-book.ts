import { PREFIX } from '@flightdeck/contracts';
import { rule as ruleDecider, type Campaign, type Rule, type RuleEvent } from '@flightdeck/domain';
import type { Batch, Checkpoint, StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { Gate } from '../gate.js';
import { activeRule, type ActiveRule } from './active-rule.js';
import { ScopeIndex } from './scope-index.js';

type RulesListener = (changed: readonly ActiveRule[]) => void;

/** Every rule, in memory: a fold of the `rule-*` streams that follows them. */
export class RuleBook {
  private readonly rules = new Map<string, Rule>();
  private readonly active = new Map<string, ActiveRule>();
  private index = new ScopeIndex<ActiveRule>([]);
  private checkpoint: Checkpoint = 'start';
  private readonly listeners = new Set<RulesListener>();
  private readonly caughtUpOnce = new Gate();

  /** Where the fold has come to. It starts from nothing at each start: rules are few. */
  get position(): Checkpoint {
    return this.checkpoint;
  }

  /** Folds a batch; the same batch again changes nothing. */
  fold(batch: Batch): void {
    const changed = new Set<string>();
    for (const event of batch.events) if (this.foldEvent(event)) changed.add(ruleIdOf(event));
    this.checkpoint = batch.checkpoint;
    if (changed.size > 0) this.refresh(changed);
    if (batch.caughtUp) this.caughtUpOnce.open();
  }

  /** Resolves once everything that was stored at the start has been folded. */
  caughtUp(): Promise<void> {
    return this.caughtUpOnce.opened;
  }

  /** The active and the shadow rules of a campaign in the order in which they are evaluated; `campaign` is undefined while unregistered. */
  inScope(campaignId: string, campaign: Campaign | undefined): readonly ActiveRule[] {
    return this.index.inScope(campaignId, campaign);
  }

  get activeRules(): readonly ActiveRule[] {
    return [...this.active.values()];
  }

  /** Calls `listener` with the active rules that are new or revised; the answer unsubscribes. */
  onChange(listener: RulesListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private foldEvent(stored: StoredEvent): boolean {
    const ruleId = ruleIdOf(stored);
    const before = this.rules.get(ruleId);
    if (stored.revision <= (before?.revision ?? -1)) return false; // a batch that failed halfway comes again
    const after = ruleDecider.evolve(before, decodeEvent<RuleEvent>(stored));
    if (after !== undefined) this.rules.set(ruleId, after);
    return true;
  }

  private refresh(changed: ReadonlySet<string>): void {
    const fresh: ActiveRule[] = [];
    for (const ruleId of changed) {
      this.active.delete(ruleId);
      const rule = this.rules.get(ruleId);
      if (rule?.mode !== 'active' && rule?.mode !== 'shadow') continue;
      const active = activeRule(rule);
      this.active.set(ruleId, active);
      fresh.push(active);
    }
    this.index = new ScopeIndex(this.active.values());
    for (const listener of this.listeners) listener(fresh);
  }
}

function ruleIdOf(event: StoredEvent): string {
  return event.stream.slice(PREFIX.rule.length);
}
