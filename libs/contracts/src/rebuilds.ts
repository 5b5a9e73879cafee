import type { ProjectionsResponse, RebuildResponse } from './rest/projections.js';

export type RebuildOutcome =
  | { readonly ok: true; readonly rebuild: RebuildResponse }
  | {
      readonly ok: false;
      readonly code: 'rebuild-running' | 'nothing-kept';
      readonly detail: string;
    };

/** The read models of the process that folds them: which serve, which are kept, and how to change them while reads go on. */
export interface ProjectionRebuilds {
  status(): Promise<ProjectionsResponse>;
  /** Builds the read models anew beside those that serve, and swaps them. Resolves once it has begun. */
  rebuild(requestedBy: string): Promise<RebuildOutcome>;
  /** Brings the read models kept last up to date beside those that serve, and swaps them. Resolves once it has begun. */
  rollback(requestedBy: string): Promise<RebuildOutcome>;
  /** Stops a rebuild that has not swapped yet; resolves once it has stopped. */
  cancel(): Promise<void>;
}

/** Nest injection token of the process's rebuilds. */
export const PROJECTION_REBUILDS = Symbol('ProjectionRebuilds');
