import { toMicrosNumber } from '../money/display.js';
import type { Total } from '../money/money.js';
import { inFlight } from '../pacing/in-flight.js';
import { adGroupCaps, isHeldByAdvertiser } from '../pacing/levels.js';
import { remainingAfter, utilizationOf } from '../pacing/pacing.js';
import { servingPlan } from '../pacing/serving-plan.js';
import type { AdvertiserFigures } from '../figures/figures.js';
import type { FactContext, FactDefinition } from './fact.js';
import { always, daily, lasting, shared, type Row } from './row.js';

const MICROS = { type: 'number', unit: 'micros' } as const;
const SHARE = { type: 'number', unit: 'ratio' } as const;

/** Of the budget tree: what the levels above and below the campaign leave, and what is on its way. */
export const TREE_FACTS: readonly FactDefinition[] = [
  shared(
    daily({
      ...MICROS,
      name: 'budget.effectiveDaily',
      meaning:
        "The day's budget under the tightest cap: the campaign's own, or less where its advertiser or its ad groups leave less.",
      example: 4_000_000,
      compute: ({ budget }) => budget.effective,
    }),
  ),
  shared(
    daily({
      name: 'budget.tightestLevel',
      type: 'string',
      unit: null,
      meaning: 'advertiser, campaign or adGroup: the level of the tree that leaves the least today.',
      example: 'advertiser',
      compute: ({ budget }) => budget.level,
    }),
  ),
  ...advertiserFacts(),
  daily({
    ...SHARE,
    name: 'utilization.adGroup.today',
    meaning: "Of the campaign's ad groups with a daily budget, the highest share of it that was spent today.",
    example: 0.97,
    compute: highestAdGroup,
  }),
  always({
    ...MICROS,
    name: 'spend.inFlight',
    meaning:
      'What has very likely been spent since the newest event known, at the rate before it and at most 15 minutes of it; unknown after 45 minutes of silence.',
    example: 60_000,
    compute: onTheWay,
  }),
  shared(
    always({
      ...MICROS,
      name: 'budget.remainingAfterInFlight',
      meaning: 'What may still be spent today under the tightest cap, once what is in flight is told of.',
      example: 690_000,
      compute: (context) => remainingAfter(context.budget.remainingToday, onTheWay(context)),
    }),
  ),
];

function advertiserFacts(): FactDefinition[] {
  const ofDay = { cap: 'dailyMicros', spent: 'today' } as const;
  const ofAll = { cap: 'lifetimeMicros', spent: 'lifetime' } as const;
  const left = (cap: number | undefined, spent: Total): number | null =>
    cap === undefined ? null : cap - toMicrosNumber(spent);
  const rows: [typeof daily, Row][] = [];
  for (const [{ cap, spent }, make, budget, remaining] of [
    [ofDay, daily, 'daily', 'remainingToday'],
    [ofAll, lasting, 'lifetime', 'remaining'],
  ] as const) {
    const when = spent === 'today' ? "on the date of the campaign's day" : 'since the first event';
    rows.push(
      [
        make,
        {
          ...MICROS,
          name: `spend.advertiser.${spent}`,
          meaning: `Net spend of all the advertiser's campaigns in the currency of its budget, ${when}; unknown without such a budget.`,
          example: 42_000_000,
          compute: ofAdvertiser((one) => toMicrosNumber(one[spent])),
        },
      ],
      [
        make,
        {
          ...MICROS,
          name: `budget.advertiser.${budget}`,
          meaning: `The advertiser's ${budget} budget, which all its campaigns share.`,
          example: 50_000_000,
          compute: ofAdvertiser((one) => one.budget[cap] ?? null),
        },
      ],
      [
        make,
        {
          ...MICROS,
          name: `budget.advertiser.${remaining}`,
          meaning: `What the advertiser's ${budget} budget leaves to all its campaigns together; below 0 once overspent.`,
          example: 8_000_000,
          compute: ofAdvertiser((one) => left(one.budget[cap], one[spent])),
        },
      ],
      [
        make,
        {
          ...SHARE,
          name: `utilization.advertiser.${spent}`,
          meaning: `Net spend of all the advertiser's campaigns as a share of its ${budget} budget.`,
          example: 0.84,
          compute: ofAdvertiser((one) => utilizationOf(one[spent], one.budget[cap])),
        },
      ],
    );
  }
  return rows.map(([make, row]) => shared(make(row)));
}

/** Null where no budget of the advertiser bears on the campaign. */
function ofAdvertiser(value: (one: AdvertiserFigures) => number | null): Row['compute'] {
  return ({ terms, advertiser }) => (isHeldByAdvertiser(terms, advertiser) ? value(advertiser) : null);
}

function highestAdGroup(context: FactContext): number | null {
  if (context.terms?.adGroups === undefined) return null;
  const shares = adGroupCaps(context, { level: null, left: null }).flatMap(
    ({ utilizationToday }) => utilizationToday ?? [],
  );
  return shares.length === 0 ? null : Math.max(...shares);
}

function onTheWay(context: FactContext): number | null {
  return inFlight(context, servingPlan(context.terms), context.nowMs);
}
