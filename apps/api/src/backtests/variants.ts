import type { BacktestVariant, CreateBacktestRequest } from '@flightdeck/contracts';
import { validateDefinition, type Rule } from '@flightdeck/domain';
import { ProblemException } from '@flightdeck/platform';
import { FACT_CATALOG } from '../rules/rule-dto.js';

const RULE_NAME = 'as it is';

/**
 * The rule as it is, or once with each value of the sweep; each with the rules beside it. A backtest asks what a rule would do
 * when active, so that is what it is taken to be. @throws {ProblemException} 422 when the sweep makes no rule.
 */
export function variantsOf(
  rule: Rule,
  beside: readonly Rule[],
  sweep: CreateBacktestRequest['sweep'],
): readonly BacktestVariant[] {
  const others = beside.map(activated);
  if (sweep === undefined) return [{ name: RULE_NAME, rules: [activated(rule), ...others] }];
  return sweep.values.map((value) => ({
    name: `${sweep.pointer} = ${value}`,
    rules: [activated(withValue(rule, sweep.pointer, value)), ...others],
  }));
}

function activated(rule: Rule): Rule {
  return { ...rule, mode: 'active' };
}

function withValue(rule: Rule, pointer: string, value: number): Rule {
  const changed = structuredClone(rule);
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop();
  let at: unknown = changed;
  for (const key of keys) at = own(at, key);
  if (!pointer.startsWith('/') || last === undefined || typeof own(at, last) !== 'number')
    throw refused(pointer, 'does not point at a number of the rule');
  (at as Record<string, unknown>)[last] = value;
  const [problem] = validateDefinition(changed, FACT_CATALOG);
  if (problem !== undefined) throw refused(pointer, `${value} makes no rule: ${problem.message}`);
  return changed;
}

function own(at: unknown, key: string): unknown {
  return typeof at === 'object' && at !== null && Object.hasOwn(at, key)
    ? (at as Record<string, unknown>)[key]
    : undefined;
}

function refused(pointer: string, detail: string): ProblemException {
  return new ProblemException(422, 'invalid-sweep', 'The sweep cannot be made.', {
    errors: [{ pointer: '/sweep', detail: `${pointer} ${detail}` }],
  });
}
