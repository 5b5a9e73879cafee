import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatInstant } from '../time/format-instant.js';
import { rule, SUBMISSION_LASTS_MS, type RuleCommand } from './rule-decider.js';
import type { Rule, RuleDefinition } from './rule.js';

const RUNS = 3_000;
const SEED = 20_261_126;
const BEGINS_MS = Date.parse('2026-11-01T00:00:00Z');
const DAY_MS = 86_400_000;
const hashOf = (definition: RuleDefinition): string => JSON.stringify(definition);

/** Keys, and the persons behind them: two of them are one person's, and one names nobody. */
const KEYS = [
  { actor: 'key-1', person: 'ann' },
  { actor: 'key-2', person: 'ann' },
  { actor: 'key-3', person: 'bob' },
  { actor: 'key-4', person: 'cem' },
  { actor: 'key-5' },
] as const;

/** What somebody tries: with which key, how long after the one before, and for an approval how many revisions ago it was read. */
interface Try {
  readonly what: 'write' | 'submit' | 'approve' | 'reject' | 'disable';
  readonly key: number;
  readonly laterMs: number;
  readonly wording: number;
  readonly mode: 'draft' | 'active' | 'shadow';
  readonly readAgo: number;
}

const anyTry: fc.Arbitrary<Try> = fc.record({
  what: fc.constantFrom('write', 'submit', 'submit', 'approve', 'approve', 'approve', 'reject', 'disable'),
  key: fc.nat(KEYS.length - 1),
  laterMs: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 3_600_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map((days) => days * DAY_MS) },
  ),
  wording: fc.nat(2),
  mode: fc.constantFrom('draft', 'draft', 'active', 'shadow'),
  readAgo: fc.constantFrom(0, 0, 0, 1, 2),
});

type Decide = typeof rule.decide;

function definitionOf(wording: number): RuleDefinition {
  const value = 0.5 + wording / 10;
  return {
    ...{ name: `At ${value}`, scope: { all: true }, severity: 'critical', guards: {}, priority: 100 },
    conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value }] },
    action: { command: 'PauseCampaign', params: {} },
  };
}

function commandOf(
  { what, key, wording, mode, readAgo }: Try,
  nowMs: number,
  state: Rule | undefined,
): RuleCommand {
  const by = { ruleId: 'r1', at: formatInstant(nowMs), ...(KEYS[key] ?? KEYS[0]) };
  switch (what) {
    case 'write':
      return { type: 'WriteRule', ...by, approvals: 'required', definition: definitionOf(wording), mode };
    case 'submit':
      return { type: 'SubmitRule', ...by, wanted: 'active', hashOf };
    case 'approve':
      return { type: 'ApproveRule', ...by, revision: (state?.revision ?? 0) - readAgo, hashOf };
    case 'reject':
      return { type: 'RejectRule', ...by };
    case 'disable':
      return { type: 'DisableRule', ...by };
  }
}

/** Who did what to the wording that is there now, noted from what was accepted and from nothing that the rule itself says. */
interface Noted {
  readonly wroteIt?: string | undefined;
  readonly submittedIt?: string | undefined;
  readonly submittedMs: number;
  /** What the rule says, as it was when it was submitted. */
  readonly read: string;
}

/** How a rule came to be active with less than four eyes, in words; undefined when it never did. */
function gotAround(
  tries: readonly Try[],
  decide: Decide,
): { readonly how?: string; readonly activated: number } {
  let state = rule.initial;
  let noted: Noted = { submittedMs: 0, read: '' };
  let nowMs = BEGINS_MS;
  let activated = 0;
  for (const one of tries) {
    nowMs += one.laterMs;
    const decided = decide(commandOf(one, nowMs, state), state);
    if (!decided.accepted || decided.events.length === 0) continue;
    const before = state?.mode;
    state = decided.events.reduce<Rule | undefined>((folded, event) => rule.evolve(folded, event), state);
    const key: { readonly actor: string; readonly person?: string } = KEYS[one.key] ?? KEYS[0];
    const said = state === undefined ? '' : JSON.stringify([state.name, state.conditions]);
    if (one.what === 'write') noted = { ...noted, wroteIt: key.person, submittedIt: undefined, read: '' };
    if (one.what === 'submit') noted = { ...noted, submittedIt: key.person, submittedMs: nowMs, read: said };
    if (state?.mode !== 'active' || before === 'active') continue;
    activated += 1;
    const how = flaw(one, key.person, noted, nowMs, said);
    if (how !== undefined) return { how, activated };
  }
  return { activated };
}

function flaw(
  one: Try,
  person: string | undefined,
  { wroteIt, submittedIt, submittedMs, read }: Noted,
  nowMs: number,
  said: string,
): string | undefined {
  if (one.what !== 'approve') return `by ${one.what}, without an approval`;
  if (person === undefined || wroteIt === undefined || submittedIt === undefined) return 'by nobody';
  if (person === wroteIt) return 'by its author';
  if (person === submittedIt) return 'by who submitted it';
  if (one.readAgo > 0) return 'by who read an older revision';
  if (read !== said) return 'though it was changed after it was submitted';
  return nowMs - submittedMs >= SUBMISSION_LASTS_MS ? 'after its approval could be given' : undefined;
}

const check = (decide: Decide) =>
  fc.check(
    fc.property(fc.array(anyTry, { minLength: 3, maxLength: 25, size: 'max' }), (tries) => {
      expect(gotAround(tries, decide).how).toBeUndefined();
    }),
    { numRuns: RUNS, seed: SEED },
  );

describe('four eyes, whatever is tried with keys of several persons, of one, and of none', () => {
  it('cannot be got around', () => {
    const result = check(rule.decide);
    expect(fc.defaultReportMessage(result)).toBeUndefined();
  });

  it('are not kept by never letting anything act', () => {
    let activated = 0;
    fc.assert(
      fc.property(fc.array(anyTry, { minLength: 3, maxLength: 25, size: 'max' }), (tries) => {
        activated += gotAround(tries, rule.decide).activated;
      }),
      { numRuns: 500, seed: SEED },
    );
    expect(activated).toBeGreaterThan(30);
  });

  it.each<[string, (command: RuleCommand, state: Rule | undefined) => RuleCommand]>([
    [
      'asks for the key and not for the person',
      (command) => (command.type === 'ApproveRule' ? { ...command, person: command.actor } : command),
    ],
    [
      'takes an approval of an older revision',
      (command, state) =>
        command.type === 'ApproveRule' ? { ...command, revision: state?.revision ?? 0 } : command,
    ],
    [
      'lets an approval be given for ever',
      (command) => (command.type === 'ApproveRule' ? { ...command, at: formatInstant(BEGINS_MS) } : command),
    ],
    [
      'lets rules be written as active',
      (command) => (command.type === 'WriteRule' ? { ...command, approvals: 'off' } : command),
    ],
  ])('are missed when one %s (planted)', (_, plant) => {
    expect(check((command, state) => rule.decide(plant(command, state), state)).failed).toBe(true);
  });
});
