import type { JobState } from '@flightdeck/contracts';

/** What is told of a job, with what is special to its kind. */
export interface Job extends JobState {
  readonly progress: unknown;
  readonly result: unknown;
}
