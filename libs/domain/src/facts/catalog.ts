import type { FactValue } from '../command/events.js';
import { DELIVERY_FACTS } from './delivery-facts.js';
import { FactContext, type FactDefinition, type FactInput, type FactName } from './fact.js';
import { MONEY_FACTS } from './money-facts.js';
import { PACING_FACTS } from './pacing-facts.js';
import { SITUATION_FACTS } from './situation-facts.js';
import { TREE_FACTS } from './tree-facts.js';

/** Every fact a rule can use (domain.md §6): the one table behind evaluation, `GET /v1/facts` and the documentation. */
export const FACTS: readonly FactDefinition[] = [
  ...MONEY_FACTS,
  ...TREE_FACTS,
  ...PACING_FACTS,
  ...DELIVERY_FACTS,
  ...SITUATION_FACTS,
];

export const FACT_NAMES: readonly FactName[] = FACTS.map((fact) => fact.name);

const BY_NAME: ReadonlyMap<string, FactDefinition> = new Map(FACTS.map((fact) => [fact.name, fact]));

/** The catalog's row of that name, or undefined. */
export function factDefinition(name: string): FactDefinition | undefined {
  return BY_NAME.get(name);
}

/** Whether the catalog has a fact of that name. */
export function isFactName(name: string): name is FactName {
  return BY_NAME.has(name);
}

/**
 * The facts named, and only those: rules use a few of ninety. Null is a fact that is unknown; a name that the catalog does
 * not have is left out. @throws {RangeError} when the terms name no zone or no instants.
 */
export function factsOf(
  input: FactInput,
  names: Iterable<string> = FACT_NAMES,
): Readonly<Record<string, FactValue>> {
  const context = new FactContext(input);
  const facts: Record<string, FactValue> = {};
  for (const name of names) {
    const definition = BY_NAME.get(name);
    if (definition !== undefined) facts[name] = definition.compute(context);
  }
  return facts;
}
