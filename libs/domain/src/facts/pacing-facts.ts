import { MINUTE_MS } from '../time/instant.js';
import type { FactDefinition } from './fact.js';
import { always, daily, shared } from './row.js';

/** `pacing.*`. */
export const PACING_FACTS: readonly FactDefinition[] = [
  shared(
    always({
      name: 'pacing.index',
      type: 'number',
      unit: 'ratio',
      meaning:
        'Net spend / expected spend: of today with a daily budget, of the flight so far with a flight budget alone. Healthy from 0.90 to 1.10.',
      example: 0.95,
      compute: ({ pacing }) => pacing.pacingIndex,
    }),
  ),
  shared(
    always({
      name: 'pacing.expected',
      type: 'number',
      unit: 'micros',
      meaning: 'What should have been spent today by now under the pacing mode.',
      example: 4_400_000,
      compute: ({ pacing }) => pacing.expectedMicros,
    }),
  ),
  always({
    name: 'pacing.forecast',
    type: 'number',
    unit: 'micros',
    meaning: 'What will have been spent today if the campaign goes on spending as in the last 15 minutes.',
    example: 5_100_000,
    compute: ({ pacing }) => pacing.forecastMicros,
  }),
  shared(
    always({
      name: 'pacing.exhaustsInMinutes',
      type: 'number',
      unit: 'minutes',
      meaning:
        'Minutes until the budget is spent at the rate of the last 15 minutes; unknown when that is not within the day (a flight budget alone: 35 days).',
      example: 42,
      compute: ({ pacing, nowMs }) =>
        pacing.exhaustsAtMs === null ? null : Math.max(0, pacing.exhaustsAtMs - nowMs) / MINUTE_MS,
    }),
  ),
  shared(
    daily({
      name: 'pacing.overspend',
      type: 'boolean',
      unit: null,
      meaning: 'Net spend is above the daily or the lifetime budget by more than the tolerance.',
      example: false,
      compute: ({ pacing }) => pacing.overspend,
    }),
  ),
  shared(
    always({
      name: 'pacing.projectedOverspend',
      type: 'boolean',
      unit: null,
      meaning: "The day's forecast is above the daily or the lifetime budget by more than the tolerance.",
      example: true,
      compute: ({ pacing }) => pacing.projectedOverspend,
    }),
  ),
];
