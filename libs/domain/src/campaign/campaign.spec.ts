import { repeatedCommandThatActs, specify } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accept, type Decider } from '../kernel/decider.js';
import { AD_GROUP_BUDGETS_MAX, DAILY_BUDGETS_KEPT, withDailyBudget } from './budgets.js';
import { campaign, type CampaignRejection } from './campaign.js';
import type { CampaignCommand } from './commands.js';
import type { Budget, Campaign, CampaignEvent, CampaignTerms } from './events.js';

const terms: CampaignTerms = {
  ...{
    campaignId: 'c1',
    name: 'Spring',
    advertiserId: 'adv1',
    currency: 'USD',
    timezone: 'America/New_York',
  },
  flight: { start: '2026-11-01T05:00:00Z', end: '2026-12-01T05:00:00Z' },
  budget: { dailyMicros: 5_000_000, lifetimeMicros: 150_000_000 },
  pacing: { mode: 'even', tolerance: 0.05 },
  tags: ['a', 'b'],
};
const order = (at: string) => ({ campaignId: 'c1', actor: 'ann', at: `2026-11-10T${at}:00.000Z` });
const said = (at: string) => ({ ...order(at), effectiveAt: order(at).at });

const register: CampaignCommand = { type: 'RegisterCampaign', ...terms, ...order('10:00') };
const registered: CampaignEvent = { type: 'CampaignRegistered', data: { ...terms, ...said('10:00') } };
const paused: CampaignEvent = { type: 'CampaignPaused', data: said('11:00') };
const resumed: CampaignEvent = { type: 'CampaignResumed', data: said('12:00') };
const ended: CampaignEvent = { type: 'CampaignEnded', data: said('13:00') };

const { given } = specify(campaign);

describe('registering a campaign', () => {
  it('records its terms', () => given().when(register).then(registered));
  it('does nothing the second time', () => given(registered).when(register).then());
  it('does nothing the second time after a pause, which is no term', () =>
    given(registered, paused).when(register).then());
  it('refuses other terms under the same id', () =>
    given(registered)
      .when({ ...register, name: 'Autumn' })
      .thenRejected({ code: 'AlreadyRegistered' }));
  it('keeps nothing but the terms', () => {
    const more = { ...register, surprise: true } as CampaignCommand;
    given().when(more).then(registered);
  });

  const wrong: readonly (readonly [string, Partial<CampaignTerms>, string])[] = [
    [
      'a flight that ends before it starts',
      { flight: { start: terms.flight.end, end: terms.flight.start } },
      'InvalidFlight',
    ],
    ['a flight of no instants', { flight: { start: 'soon', end: 'later' } }, 'InvalidFlight'],
    ['a budget of nothing', { budget: { dailyMicros: 0 } }, 'InvalidBudget'],
    ['a budget with a fraction', { budget: { lifetimeMicros: 1.5 } }, 'InvalidBudget'],
    ['a budget beyond exact integers', { budget: { dailyMicros: 2 ** 53 } }, 'InvalidBudget'],
    ['a tolerance above 1', { pacing: { mode: 'even', tolerance: 1.01 } }, 'InvalidPacing'],
    ['a tolerance that is no number', { pacing: { mode: 'even', tolerance: NaN } }, 'InvalidPacing'],
    ['a curve for another mode', { pacing: { mode: 'even', tolerance: 0, curve: [] } }, 'InvalidPacing'],
    ['a curve of a short week', { pacing: { mode: 'traffic', tolerance: 0, curve: [[1]] } }, 'InvalidPacing'],
    [
      'a curve without weight',
      { pacing: { mode: 'traffic', tolerance: 0, curve: Array(7).fill(Array(24).fill(0)) } },
      'InvalidPacing',
    ],
    [
      'a day-part that ends before it begins',
      { dayParts: [{ weekday: 1, fromHour: 9, toHour: 9 }] },
      'InvalidPacing',
    ],
    ['a day-part of an eighth day', { dayParts: [{ weekday: 8, fromHour: 0, toHour: 24 }] }, 'InvalidPacing'],
    ['no name', { name: ' ' }, 'InvalidDetails'],
    ['the same tag twice', { tags: ['a', 'a'] }, 'InvalidDetails'],
    ['a currency that is no code', { currency: 'usd' }, 'InvalidDetails'],
  ];
  it.each(wrong)('refuses %s', (_what, change, code) => {
    expect(campaign.decide({ ...register, ...change }, undefined)).toMatchObject({ rejection: { code } });
  });
});

describe('changing a campaign', () => {
  const budget: CampaignCommand = {
    type: 'ChangeBudget',
    budget: { dailyMicros: 10_000_000 },
    ...order('11:00'),
  };
  const budgetChanged: CampaignEvent = {
    type: 'BudgetChanged',
    data: { ...said('11:00'), budget: { dailyMicros: 10_000_000 }, previous: terms.budget },
  };
  it('keeps the old budget and the reason', () =>
    given(registered)
      .when({ ...budget, reason: 'more demand' })
      .then({ type: 'BudgetChanged', data: { ...budgetChanged.data, reason: 'more demand' } }));
  it('does nothing when the budget is so already', () =>
    given(registered, budgetChanged).when(budget).then());
  it('changes name and tags', () =>
    given(registered)
      .when({ type: 'ChangeDetails', name: 'Autumn', tags: [], ...order('11:00') })
      .then({
        type: 'CampaignDetailsChanged',
        data: { ...said('11:00'), name: 'Autumn', tags: [], previous: { name: 'Spring', tags: ['a', 'b'] } },
      }));
  it('changes the flight, and refuses one that ends before it starts', () => {
    const flight = { start: terms.flight.start, end: '2026-12-15T05:00:00Z' };
    given(registered)
      .when({ type: 'ChangeFlight', flight, ...order('11:00') })
      .then({ type: 'FlightChanged', data: { ...said('11:00'), flight, previous: terms.flight } });
    const backwards = { start: flight.end, end: flight.start };
    given(registered)
      .when({ type: 'ChangeFlight', flight: backwards, ...order('11:00') })
      .thenRejected({ code: 'InvalidFlight', detail: 'end must be after start' });
  });
  it('drops day-parts that are no longer given, and takes no day-parts for none', () => {
    const dayParts = [{ weekday: 1, fromHour: 9, toHour: 17 }];
    const pacing = { mode: 'ahead', tolerance: 0 } as const;
    const withParts: CampaignEvent = {
      type: 'CampaignRegistered',
      data: { ...terms, dayParts, ...said('10:00') },
    };
    const changed: CampaignEvent = {
      type: 'PacingChanged',
      data: { ...said('11:00'), pacing, previous: { pacing: terms.pacing, dayParts } },
    };
    const command: CampaignCommand = { type: 'ChangePacing', pacing, dayParts: [], ...order('11:00') };
    given(withParts).when(command).then(changed);
    given(withParts, changed).when(command).then();
  });
  it('refuses what is not registered or has ended', () => {
    given().when(budget).thenRejected({ code: 'NotRegistered' });
    given(registered, ended).when(budget).thenRejected({ code: 'Ended' });
  });
  it.each([
    ['backwards', '2026-11-10T10:59:00.000Z'],
    ['ahead', '2026-11-10T11:01:00.000Z'],
    ['at no time', 'soon'],
  ])('applies from now on, and is not scheduled %s', (_, effectiveAt) => {
    given(registered)
      .when({ ...budget, effectiveAt })
      .thenRejected({
        code: 'InvalidAt',
        detail: 'effectiveAt must be the moment of the change itself: changes apply from now on',
      });
  });
  it('may say that it applies from now on', () => {
    given(registered)
      .when({ ...budget, effectiveAt: budget.at })
      .then(budgetChanged);
  });
});

describe('budgets of ad groups', () => {
  const change = (adGroupId: string, budget: Budget): CampaignCommand => ({
    ...{ type: 'ChangeAdGroupBudget', ...order('11:00'), adGroupId, budget },
  });
  const changed = (adGroupId: string, budget: Budget, previous: Budget = {}): CampaignEvent => ({
    ...{ type: 'AdGroupBudgetChanged', data: { ...said('11:00'), adGroupId, budget, previous } },
  });

  it('are given, changed and lifted, and the old value is kept', () => {
    given(registered)
      .when(change('a', { dailyMicros: 5 }))
      .then(changed('a', { dailyMicros: 5 }));
    const given5 = changed('a', { dailyMicros: 5 });
    given(registered, given5)
      .when(change('a', {}))
      .then(changed('a', {}, { dailyMicros: 5 }));
    given(registered, given5)
      .when(change('a', { dailyMicros: 5 }))
      .then();
    given(registered).when(change('a', {})).then();
  });
  it('are positive amounts', () =>
    given(registered)
      .when(change('a', { lifetimeMicros: 0 }))
      .thenRejected({ code: 'InvalidBudget', detail: 'a budget must be a positive integer of micros' }));
  it('are of so many ad groups; one that is lifted makes room', () => {
    const full = Array.from({ length: AD_GROUP_BUDGETS_MAX }, (_, i) => changed(`g${i}`, { dailyMicros: 1 }));
    given(registered, ...full)
      .when(change('one more', { dailyMicros: 1 }))
      .thenRejected({ code: 'TooManyAdGroups' });
    given(registered, ...full)
      .when(change('g0', { dailyMicros: 2 }))
      .then(changed('g0', { dailyMicros: 2 }, { dailyMicros: 1 }));
    given(registered, ...full, changed('g0', {}, { dailyMicros: 1 }))
      .when(change('one more', { dailyMicros: 1 }))
      .then(changed('one more', { dailyMicros: 1 }));
  });
  it('that are called like what every object inherits are like any other', () =>
    given(registered)
      .when(change('constructor', { dailyMicros: 1 }))
      .then(changed('constructor', { dailyMicros: 1 })));
});

describe('daily budgets that were', () => {
  it('are remembered, the highest also when there are too many', () => {
    let dailyBudgets = withDailyBudget([], { dailyMicros: 9_000 }, 't0');
    for (let i = 1; i <= 2 * DAILY_BUDGETS_KEPT; i += 1)
      dailyBudgets = withDailyBudget(dailyBudgets, { dailyMicros: i }, `t${i}`);
    expect(dailyBudgets).toHaveLength(DAILY_BUDGETS_KEPT);
    expect(dailyBudgets[0]?.dailyMicros).toBe(9_000);
    expect(dailyBudgets.at(-1)).toEqual({
      at: `t${2 * DAILY_BUDGETS_KEPT}`,
      dailyMicros: 2 * DAILY_BUDGETS_KEPT,
    });
  });
});

describe('pausing, resuming and ending', () => {
  const pause: CampaignCommand = { type: 'PauseCampaign', ...order('11:00') };
  const resume: CampaignCommand = { type: 'ResumeCampaign', ...order('12:00') };
  const end: CampaignCommand = { type: 'EndCampaign', ...order('13:00') };
  it('pauses what is active, resumes what is paused, ends either', () => {
    given(registered).when(pause).then(paused);
    given(registered, paused).when(resume).then(resumed);
    given(registered, paused).when(end).then(ended);
  });
  it('does nothing when it is so already', () => {
    given(registered, paused).when(pause).then();
    given(registered).when(resume).then();
    given(registered, ended).when(end).then();
  });
  it('refuses what has ended', () => given(registered, ended).when(resume).thenRejected({ code: 'Ended' }));

  const obey: CampaignCommand = { ...pause, commandId: 'k1' };
  it('names the command that a campaign system obeyed', () =>
    given(registered)
      .when(obey)
      .then({ type: 'CampaignPaused', data: { ...said('11:00'), commandId: 'k1' } }));
  it('ignores an acknowledgement that is read again after somebody resumed the campaign', () =>
    given(registered, paused, resumed).when(obey).then());
  it('ignores an old acknowledgement of a budget that has changed since', () => {
    const changed: CampaignEvent = {
      type: 'BudgetChanged',
      data: { ...said('12:00'), budget: { dailyMicros: 1 }, previous: terms.budget },
    };
    const old: CampaignCommand = {
      type: 'ChangeBudget',
      budget: { dailyMicros: 7 },
      commandId: 'k1',
      ...order('11:00'),
    };
    given(registered, changed).when(old).then();
  });
});

const commands: fc.Arbitrary<readonly CampaignCommand[]> = fc.array(
  fc
    .record({
      hour: fc.integer({ min: 10, max: 23 }),
      commandId: fc.option(fc.constantFrom('k1', 'k2'), { nil: undefined }),
      what: fc.constantFrom<object[]>(
        { type: 'RegisterCampaign', ...terms },
        { type: 'RegisterCampaign', ...terms, dayParts: [], name: 'Other' },
        { type: 'ChangeBudget', budget: { dailyMicros: 1 } },
        { type: 'ChangeBudget', budget: {} },
        { type: 'ChangeAdGroupBudget', adGroupId: 'a', budget: { dailyMicros: 1 } },
        { type: 'ChangeAdGroupBudget', adGroupId: 'a', budget: {} },
        { type: 'ChangeDetails', name: 'Autumn', tags: ['c'] },
        { type: 'ChangeFlight', flight: { start: '2026-01-01T00:00:00Z', end: '2026-02-01T00:00:00Z' } },
        { type: 'ChangePacing', pacing: { mode: 'asap', tolerance: 0 }, dayParts: [] },
        {
          type: 'ChangePacing',
          pacing: { mode: 'asap', tolerance: 0 },
          dayParts: [{ weekday: 1, fromHour: 0, toHour: 1 }],
        },
        { type: 'PauseCampaign' },
        { type: 'ResumeCampaign' },
        { type: 'EndCampaign' },
      ),
    })
    .map(({ hour, commandId, what }) => {
      const obeying = commandId === undefined ? {} : { commandId };
      return { ...what, ...order(`${hour}:00`), ...obeying } as CampaignCommand;
    }),
);

describe('a command repeated', () => {
  const check = (decider: Decider<CampaignCommand, CampaignEvent, Campaign | undefined, CampaignRejection>) =>
    fc.check(
      fc.property(commands, (list) => repeatedCommandThatActs(decider, list) === undefined),
      { numRuns: 500, seed: 1 },
    );

  it('yields nothing', () => {
    const result = check(campaign);
    expect(result.failed ? fc.defaultReportMessage(result) : undefined).toBeUndefined();
  });

  it('is caught when it yields something: a pause without a look at the status', () => {
    const broken: typeof campaign = {
      ...campaign,
      decide: (command, state) =>
        command.type === 'PauseCampaign' ? accept(paused) : campaign.decide(command, state),
    };
    expect(check(broken).failed).toBe(true);
  });
});
