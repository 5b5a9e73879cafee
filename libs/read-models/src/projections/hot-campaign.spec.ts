import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SLOT } from './counters.js';
import { HotCampaign, KIND, type PeriodKind } from './hot-campaign.js';

const kinds = fc.constantFrom<PeriodKind>(KIND.day, KIND.hour, KIND.minute);
const period = fc.integer({ min: -5, max: 25 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('count' as const), kind: kinds, period }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('write' as const), kind: kinds, period }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('trim' as const),
      kind: kinds,
      max: fc.integer({ min: 0, max: 12 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a plain map makes of the same steps: counts by kind and period, and which of them changed since they were written. */
interface Model {
  readonly counts: Map<string, number>;
  readonly changed: Set<string>;
}

function take(campaign: HotCampaign, model: Model, each: Step, find = rowOf): void {
  if (each.do === 'trim') {
    trimModel(model, each.kind, each.max);
    campaign.trim(each.kind, each.max);
    return;
  }
  const key = `${each.kind}/${each.period}`;
  if (each.do === 'write') {
    model.changed.delete(key);
    const at = campaign.rowAt(each.kind, each.period);
    if (at >= 0) campaign.written(at);
    return;
  }
  model.counts.set(key, (model.counts.get(key) ?? 0) + 1);
  model.changed.add(key);
  const at = find(campaign, each.kind, each.period);
  campaign.slots[at + SLOT.events] = (campaign.slots[at + SLOT.events] ?? 0) + 1;
  campaign.change(at);
}

function rowOf(campaign: HotCampaign, kind: PeriodKind, period: number): number {
  const known = campaign.rowAt(kind, period);
  return known < 0 ? campaign.add(kind, period) : known;
}

/** The oldest half goes, up to the first that changed. */
function trimModel({ counts, changed }: Model, kind: PeriodKind, max: number): void {
  const periods = [...counts.keys()]
    .filter((key) => key.startsWith(`${kind}/`))
    .map((key) => Number(key.slice(2)))
    .sort((a, b) => a - b);
  if (periods.length <= max) return;
  for (const each of periods.slice(0, Math.floor(periods.length / 2))) {
    if (changed.has(`${kind}/${each}`)) return;
    counts.delete(`${kind}/${each}`);
  }
}

/** What a campaign and a map say that took the same steps. */
function sayings(steps: readonly Step[], find = rowOf): readonly [object, object] {
  const campaign = new HotCampaign('c1', 0);
  const model: Model = { counts: new Map(), changed: new Set() };
  for (const each of steps) take(campaign, model, each, find);
  const counts: Record<string, number> = {};
  for (const kind of [KIND.day, KIND.hour, KIND.minute])
    for (let at = -5; at <= 25; at++) {
      const row = campaign.rowAt(kind, at);
      if (row >= 0) counts[`${kind}/${at}`] = campaign.slots[row + SLOT.events] ?? 0;
    }
  const changed: string[] = [];
  campaign.forEachChanged((kind, at) => changed.push(`${kind}/${at}`));
  return [
    { counts, changed: changed.sort(), size: campaign.size },
    {
      counts: Object.fromEntries(model.counts),
      changed: [...model.changed].sort(),
      size: model.counts.size + 1,
    },
  ];
}

describe('the rows of a campaign in memory', () => {
  it('are those of a map, whatever is counted, written and let go of', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const [said, expected] = sayings(steps);
        expect(said).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('are caught when a place is used after the rows have moved (planted)', () => {
    const places = new Map<string, number>();
    const stale = (campaign: HotCampaign, kind: PeriodKind, at: number): number => {
      const key = `${kind}/${at}`;
      const place = places.get(key) ?? rowOf(campaign, kind, at);
      places.set(key, place);
      return place;
    };
    const count = (at: number): Step => ({ do: 'count', kind: KIND.minute, period: at });
    const write = (at: number): Step => ({ do: 'write', kind: KIND.minute, period: at });
    const steps = [
      count(1),
      count(2),
      write(1),
      { do: 'trim', kind: KIND.minute, max: 1 } as const,
      count(2),
    ];
    const [said, expected] = sayings(steps, stale);
    expect(said).not.toEqual(expected);
  });

  it('do not take what was let go of for what never was', () => {
    const campaign = new HotCampaign('c1', 0);
    campaign.completed(KIND.minute, -Infinity);
    for (let minute = 0; minute < 8; minute++) campaign.add(KIND.minute, minute);
    expect(campaign.isCompleteFrom(KIND.minute, 0)).toBe(true);
    expect(campaign.trim(KIND.minute, 4)).toBe(4);
    expect([3, 4].map((minute) => campaign.isCompleteFrom(KIND.minute, minute))).toEqual([false, true]);
  });
});
