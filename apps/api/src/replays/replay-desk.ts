import type { ReplayResponse, ReplayRunner, ReplaySpec } from '@flightdeck/contracts';
import type { Clock, Logger } from '@flightdeck/platform';
import { JobDesk } from '../jobs/job-desk.js';
import { JobShelf } from '../jobs/job-shelf.js';

const NOTHING_YET: ReplayResponse['progress'] = {
  ...{ phase: 'copying', eventsFolded: 0, eventsTotal: 0, eventsPerSecond: 0, remainingSeconds: null },
};

/** Replays as jobs. */
export class ReplayDesk {
  readonly jobs: JobDesk<ReplayResponse, ReplaySpec>;

  constructor(directory: string, runner: ReplayRunner, clock: Clock, logger: Logger) {
    const kind = { name: 'replay', nothingYet: NOTHING_YET, runner };
    this.jobs = new JobDesk(kind, new JobShelf(directory), clock, logger);
  }
}
