/** Rules of the demonstration, as a campaign manager would write them. */
export const SAMPLE_RULES: readonly object[] = [
  {
    name: 'Tell me at 75 percent',
    scope: { all: true },
    conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.75 }] },
    action: { command: 'NotifyOwner', params: { message: 'Three quarters of the day’s budget are spent.' } },
    severity: 'warning',
    mode: 'active',
    guards: {},
  },
  {
    name: 'Pause when the day is spent',
    scope: { all: true },
    conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 1 }] },
    action: { command: 'PauseCampaign', params: {} },
    severity: 'critical',
    mode: 'active',
    guards: {},
  },
  {
    name: 'Spending too fast',
    scope: { all: true },
    conditions: {
      all: [
        { fact: 'pacing.index', operator: 'greaterThan', value: 1.25 },
        { fact: 'utilization.today', operator: 'greaterThan', value: 0.3 },
      ],
    },
    action: { command: 'AdjustBid', params: { factor: 0.85 } },
    severity: 'warning',
    mode: 'active',
    guards: { cooldownMinutes: 60, minSample: 1_000 },
  },
  {
    name: 'Invalid traffic',
    scope: { all: true },
    conditions: { all: [{ fact: 'ivt.share.today', operator: 'greaterThan', value: 0.05 }] },
    action: {
      command: 'NotifyOwner',
      params: { message: 'More than five percent of today’s traffic is invalid.' },
    },
    severity: 'warning',
    mode: 'active',
    guards: { minSample: 2_000 },
  },
];
