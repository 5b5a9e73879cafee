import { repeatedCommandThatActs, specify } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accept } from '../kernel/decider.js';
import { rule, type RuleCommand } from './rule-decider.js';
import type { RuleDefinition, RuleEvent } from './rule.js';

const definition: RuleDefinition = {
  name: '90 percent',
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  ...{ action: { command: 'PauseCampaign', params: {} }, severity: 'critical', guards: {}, priority: 100 },
};
const order = { ruleId: 'r1', actor: 'ann', at: '2026-11-22T10:00:00.000Z' };
const create: RuleCommand = { type: 'CreateRule', ...order, definition, mode: 'active' };
const created: RuleEvent = { type: 'RuleCreated', data: { ...order, definition, mode: 'active' } };
const disable: RuleCommand = { type: 'DisableRule', ...order };
const disabled: RuleEvent = { type: 'RuleDisabled', data: order };
const other = { ...definition, priority: 200 };
const revise: RuleCommand = { type: 'ReviseRule', ...order, actor: 'bob', definition: other, mode: 'active' };
const revised: RuleEvent = {
  type: 'RuleRevised',
  data: { ...order, actor: 'bob', definition: other, mode: 'active' },
};

const { given } = specify(rule);

describe('a rule', () => {
  it('is created once', () => {
    given().when(create).then(created);
    given(created).when(create).then();
    given(created)
      .when({ ...create, mode: 'draft' })
      .thenRejected({ code: 'RuleExists' });
  });
  it('is revised, and once', () => {
    given().when(revise).thenRejected({ code: 'NoSuchRule' });
    given(created).when(revise).then(revised);
    given(created, revised).when(revise).then();
  });
  it('is disabled, and active again once revised', () => {
    given().when(disable).thenRejected({ code: 'NoSuchRule' });
    given(created).when(disable).then(disabled);
    given(created, disabled).when(disable).then();
    given(created, revised, disabled).when(revise).then(revised);
  });
  it('counts its revisions like its stream, and names the author of the last wording', () => {
    const state = [created, revised, disabled].reduce(
      (folded, event) => rule.evolve(folded, event),
      rule.initial,
    );
    expect(state).toEqual({ ...other, ruleId: 'r1', revision: 2, mode: 'disabled', author: 'bob' });
  });

  const commands = fc.array(
    fc.constantFrom<RuleCommand[]>(
      create,
      { ...create, mode: 'draft' },
      revise,
      { ...revise, mode: 'draft' },
      disable,
    ),
  );
  const check = (decider: typeof rule) =>
    fc.check(
      fc.property(commands, (list) => repeatedCommandThatActs(decider, list) === undefined),
      { numRuns: 300, seed: 1 },
    );
  it('makes nothing of a repeated command', () => {
    expect(check(rule).failed).toBe(false);
  });
  it('is caught when it does', () => {
    const broken: typeof rule = {
      ...rule,
      decide: (command, state) =>
        command.type === 'ReviseRule' && state !== undefined ? accept(revised) : rule.decide(command, state),
    };
    expect(check(broken).failed).toBe(true);
  });
});
