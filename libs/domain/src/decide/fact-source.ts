import type { FactValue } from '../command/events.js';
import { FACTS } from '../facts/catalog.js';
import { FactContext, type FactInput } from '../facts/fact.js';
import { EMPTY_COUNTERS } from '../figures/counters.js';
import type { CampaignFigures } from '../figures/figures.js';
import type { Comparison, Conditions } from '../rule/rule.js';

/** The facts of one campaign at one moment, by their names in the catalog. Null: not known. */
export type FactSource = (name: string) => FactValue;

const COMPUTE = new Map(FACTS.map((fact) => [fact.name as string, fact.compute]));

/** Facts that are computed when a rule first looks at them, and once for all rules of the campaign. */
export function factSource(input: FactInput): FactSource {
  const context = new FactContext(input);
  const known = new Map<string, FactValue>();
  return (name) => {
    const value = known.get(name);
    if (value !== undefined) return value;
    const computed = COMPUTE.get(name)?.(context) ?? null;
    known.set(name, computed);
    return computed;
  };
}

/** Facts that were recorded with a decision. Own properties only: no rule can ask for `constructor`. */
export function recordedFacts(facts: Readonly<Record<string, FactValue>>): FactSource {
  return (name) => (Object.hasOwn(facts, name) ? (facts[name] ?? null) : null);
}

/** Those of the facts that are named, to be recorded or handed to the engine. */
export function pick(facts: FactSource, names: readonly string[]): Readonly<Record<string, FactValue>> {
  return Object.fromEntries(names.map((name) => [name, facts(name)]));
}

/** The figures of a registered campaign without any event: nothing on every span. Its facts come from its registration. */
export function figuresWithoutEvents(
  campaignId: string,
  day: string,
  currency: string,
  position: CampaignFigures['position'],
): CampaignFigures {
  return {
    ...{
      campaignId,
      currency,
      day,
      unregistered: false,
      position,
    },
    ...{ lifetime: EMPTY_COUNTERS, today: EMPTY_COUNTERS, last5m: EMPTY_COUNTERS, last15m: EMPTY_COUNTERS },
    ...{ last60m: EMPTY_COUNTERS, lastOccurredAtMs: null, lastReceivedAtMs: null },
  };
}

/** The comparisons of a tree of conditions, in order. */
export function comparisonsOf(node: Conditions | Comparison): readonly Comparison[] {
  if ('all' in node) return node.all.flatMap(comparisonsOf);
  if ('any' in node) return node.any.flatMap(comparisonsOf);
  return 'not' in node ? comparisonsOf(node.not) : [node];
}

/** The other fact that a comparison names, if it does. */
export function referenceOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'fact')) return undefined;
  const name = (value as { readonly fact: unknown }).fact;
  return typeof name === 'string' ? name : undefined;
}

/** Every fact that the conditions look at, once. */
export function factsUsed(conditions: Conditions): readonly string[] {
  const names = comparisonsOf(conditions).flatMap((one) => [one.fact, referenceOf(one.value) ?? one.fact]);
  return [...new Set(names)];
}
