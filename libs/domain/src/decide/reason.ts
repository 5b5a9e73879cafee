import type { FactValue } from '../command/events.js';
import { FACTS } from '../facts/catalog.js';
import { OPERATORS } from '../rule/operators.js';
import type { Comparison, Conditions, Rule } from '../rule/rule.js';
import { conditionsOf } from '../rule/shared.js';
import { compile } from './compile.js';
import { comparisonsOf, referenceOf, type FactSource } from './fact-source.js';

/** More would be no sentence any more. */
const CLAUSES_MAX = 3;

const UNITS = new Map(FACTS.map((fact) => [fact.name as string, fact.unit]));

/** The money that a share is a share of. */
const WHOLE_OF: ReadonlyMap<string, { readonly words: string; readonly of: string; readonly fact: string }> =
  new Map([
    ['utilization.today', { words: 'Spend today', of: 'the daily budget', fact: 'budget.daily' }],
    ['utilization.lifetime', { words: 'Spend so far', of: 'the lifetime budget', fact: 'budget.lifetime' }],
    [
      'utilization.advertiser.today',
      { words: 'The advertiser’s spend today', of: 'its daily budget', fact: 'budget.advertiser.daily' },
    ],
    [
      'utilization.advertiser.lifetime',
      { words: 'The advertiser’s spend so far', of: 'its budget', fact: 'budget.advertiser.lifetime' },
    ],
  ]);

/** The same where another level of the budget tree leaves less than the campaign's own budget. */
const WHOLE_OF_TREE: ReadonlyMap<FactValue, string> = new Map([
  ['advertiser', 'what the advertiser’s budget leaves'],
  ['adGroup', 'what the ad groups’ budgets leave'],
]);

/** One sentence that a person reads: what made the rule fire, with its numbers. `currency` is ISO 4217, null while unknown. */
export function reasonOf(
  rule: Pick<Rule, 'name' | 'conditions' | 'shared'>,
  facts: FactSource,
  currency: string | null,
): string {
  const holding = whatHolds(conditionsOf(rule), facts).slice(0, CLAUSES_MAX);
  const clauses = holding.map((comparison) => clause(comparison, facts, currency));
  const said = clauses.length === 0 ? 'Its conditions hold' : clauses.join(' and ');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)} (rule “${rule.name}”).`;
}

/** The comparisons that make the conditions true; under a `not`, those that it denies. */
function whatHolds(node: Conditions | Comparison, facts: FactSource): readonly Comparison[] {
  if ('not' in node) return comparisonsOf(node.not);
  if ('all' in node) return node.all.flatMap((member) => whatHolds(member, facts));
  if ('any' in node)
    return node.any.filter((member) => compile(member)(facts)).flatMap((member) => whatHolds(member, facts));
  return [node];
}

function clause(comparison: Comparison, facts: FactSource, currency: string | null): string {
  const { fact, operator, value } = comparison;
  const whole = wholeOf(fact, facts);
  const budget = whole === undefined ? null : facts(whole.fact);
  const share = facts(fact);
  if (whole !== undefined && typeof budget === 'number' && typeof share === 'number') {
    return `${whole.words} is ${percent(share)} of ${whole.of} of ${money(budget, currency)}`;
  }
  const other = referenceOf(value);
  const limit =
    other === undefined
      ? display(fact, value, currency)
      : `${label(other)}, ${display(other, facts(other), currency)}`;
  const words = OPERATORS.get(operator)?.words ?? operator;
  const holds = compile(comparison)(facts);
  return `${label(fact)} is ${display(fact, share, currency)}, ${holds ? '' : 'not '}${words} ${limit}`;
}

/** The money that a share is a share of, under the tightest cap. */
function wholeOf(fact: string, facts: FactSource): ReturnType<(typeof WHOLE_OF)['get']> {
  const whole = WHOLE_OF.get(fact);
  if (fact !== 'utilization.today' || whole === undefined) return whole;
  const effective = facts('budget.effectiveDaily');
  const of = WHOLE_OF_TREE.get(facts('budget.tightestLevel'));
  return of === undefined || effective === facts(whole.fact)
    ? whole
    : { ...whole, of, fact: 'budget.effectiveDaily' };
}

/** A fact's name as words: `spend.last15m` is spend in the last 15 minutes. */
function label(fact: string): string {
  const words = fact
    .split('.')
    .map((part) => WORDS.get(part) ?? part.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  return words.join(' ');
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ...['ctr', 'cvr', 'cpc', 'cpa', 'roas', 'ivt'].map((name) => [name, name.toUpperCase()] as const),
  ...['ecpm', 'vcpm'].map((name) => [name, `${name.charAt(0)}CPM`] as const),
  ...['5', '15', '60'].map((minutes) => [`last${minutes}m`, `in the last ${minutes} minutes`] as const),
  ['lifetime', 'so far'],
]);

function display(fact: string, value: unknown, currency: string | null): string {
  if (value === null) return 'unknown';
  if (Array.isArray(value)) return value.map((one: FactValue) => display(fact, one, currency)).join(', ');
  if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value);
  const unit = UNITS.get(fact);
  if (unit === 'micros') return money(value, currency);
  return unit === 'ratio' && !fact.startsWith('pacing.') && !fact.startsWith('roas.')
    ? percent(value)
    : decimal(value);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function money(micros: number, currency: string | null): string {
  const amount = (micros / 1_000_000).toFixed(2);
  return currency === null ? amount : `${amount} ${currency}`;
}

/** At most three places, none of them an idle zero. */
function decimal(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
