import type { ReplayProgressResponse, ReplayResultResponse } from './rest/replays.js';

/** What to replay, up to which moment (see `momentOf`), and whether to hold it against the live read models. */
export interface ReplaySpec {
  /** Name of a projection, or `all`. */
  readonly projection: string;
  /** What was recorded after this moment is left out; null: up to the end. */
  readonly asOf: string | null;
  /** What was recorded up to this moment is left out: a range, whose sums nothing live can be held against. */
  readonly from: string | null;
}

/** Runs a job beside the live system, without slowing it. */
export interface JobRunner<Spec, Progress, Result> {
  /** Resolves with the result. Rejects when it failed, or when `signal` aborted it. */
  run(spec: Spec, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<Result>;
  /** Throws away what a run that was cut off would go on from: the job is over. */
  discard?(spec: Spec): void;
}

export type ReplayRunner = JobRunner<ReplaySpec, ReplayProgressResponse, ReplayResultResponse>;

/** Nest injection token of the process's replay runner. */
export const REPLAY_RUNNER = Symbol('ReplayRunner');
