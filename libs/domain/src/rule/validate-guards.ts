import { isRecord, own, unknownKeys, type Problem } from './problem.js';
import type { Guards } from './rule.js';

type Limits = readonly [min: number, max: number];

const MINUTES_OF_A_YEAR = 366 * 24 * 60;

/** Integers, both ends allowed. */
const RANGES: Readonly<Record<'cooldownMinutes' | 'maxPerDay' | 'minSample' | 'maxLagSeconds', Limits>> = {
  cooldownMinutes: [0, MINUTES_OF_A_YEAR],
  maxPerDay: [1, 1440],
  minSample: [0, 1_000_000_000],
  maxLagSeconds: [1, 31_622_400],
};

const PERIODS: readonly NonNullable<Guards['fireOncePer']>[] = ['day', 'flight', 'none'];

/** Everything wrong with the guards. */
export function guardProblems(guards: unknown): readonly Problem[] {
  if (!isRecord(guards)) return [{ pointer: '/guards', message: 'must be an object; {} takes the defaults' }];
  const problems = unknownKeys(
    guards,
    [...Object.keys(RANGES), 'fireOncePer', 'evenWhenNotServing'],
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
  return problems;
}
