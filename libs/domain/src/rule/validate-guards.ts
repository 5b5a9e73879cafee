import { isRecord, own, unknownKeys, type Problem } from './problem.js';
import type { Guards, PinnedConditions } from './rule.js';
import { scheduleProblems } from './schedule.js';
import { conditionProblems, type FactCatalog } from './validate-conditions.js';

type Limits = readonly [min: number, max: number];

const MINUTES_OF_A_YEAR = 366 * 24 * 60;

type RangedGuard = 'cooldownMinutes' | 'maxPerDay' | 'minSample' | 'maxLagSeconds' | 'rearmAfterMinutes';

/** Integers, both ends allowed. */
const RANGES: Readonly<Record<RangedGuard, Limits>> = {
  cooldownMinutes: [0, MINUTES_OF_A_YEAR],
  maxPerDay: [1, 1440],
  minSample: [0, 1_000_000_000],
  maxLagSeconds: [1, 31_622_400],
  rearmAfterMinutes: [0, MINUTES_OF_A_YEAR],
};

const PERIODS: readonly NonNullable<Guards['fireOncePer']>[] = ['day', 'flight', 'none'];

/** Everything wrong with the guards. */
export function guardProblems(
  guards: unknown,
  facts: FactCatalog,
  shared?: PinnedConditions,
): readonly Problem[] {
  if (!isRecord(guards)) return [{ pointer: '/guards', message: 'must be an object; {} takes the defaults' }];
  const problems = unknownKeys(
    guards,
    [...Object.keys(RANGES), 'fireOncePer', 'evenWhenNotServing', 'rearm', 'schedule'],
    '/guards',
  );
  for (const [name, [min, max]] of Object.entries(RANGES)) {
    const value = own(guards, name);
    if (
      value === undefined ||
      (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
    )
      continue;
    problems.push({ pointer: `/guards/${name}`, message: `must be an integer from ${min} to ${max}` });
  }
  const period = own(guards, 'fireOncePer');
  if (period !== undefined && !PERIODS.some((known) => known === period)) {
    problems.push({ pointer: '/guards/fireOncePer', message: `must be one of ${PERIODS.join(', ')}` });
  }
  if (period === 'none' && !(Number(own(guards, 'cooldownMinutes')) >= 1)) {
    const message = 'must be at least 1 when fireOncePer is none, or the rule would fire without end';
    problems.push({ pointer: '/guards/cooldownMinutes', message });
  }
  const always = own(guards, 'evenWhenNotServing');
  if (always !== undefined && typeof always !== 'boolean') {
    problems.push({ pointer: '/guards/evenWhenNotServing', message: 'must be true or false' });
  }
  problems.push(...scheduleProblems(own(guards, 'schedule')));
  return [...problems, ...rearmProblems(guards, facts, shared)];
}

function rearmProblems(
  guards: Readonly<Record<string, unknown>>,
  facts: FactCatalog,
  shared: PinnedConditions | undefined,
): readonly Problem[] {
  const rearm = own(guards, 'rearm');
  if (rearm === undefined) return [];
  const alone =
    own(guards, 'rearmAfterMinutes') === undefined
      ? [
          {
            pointer: '/guards/rearmAfterMinutes',
            message: 'must say for how long rearm has to hold; 0 is at once',
          },
        ]
      : [];
  return [...alone, ...conditionProblems(rearm, facts, '/guards/rearm', shared)];
}
