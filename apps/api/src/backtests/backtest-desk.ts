import type { BacktestResponse, BacktestRunner, BacktestSpec } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import type { Clock, Logger } from '@flightdeck/platform';
import { JobDesk } from '../jobs/job-desk.js';
import { JobShelf } from '../jobs/job-shelf.js';

const NOTHING_YET: BacktestResponse['progress'] = {
  ...{ eventsRead: 0, eventsInRange: 0, at: null, eventsPerSecond: 0 },
};

/** Backtests as jobs, by the rule that they try. */
export class BacktestDesk {
  readonly jobs: JobDesk<BacktestResponse, BacktestSpec>;

  constructor(directory: string, runner: BacktestRunner, clock: Clock, logger: Logger) {
    const kind = { name: 'backtest', nothingYet: NOTHING_YET, runner };
    this.jobs = new JobDesk(kind, new JobShelf(directory), clock, logger);
  }

  /** @throws {ProblemException} 429 when too many wait. */
  add(
    asked: Pick<BacktestResponse, 'backtestId' | 'ruleId' | 'ruleRevision' | 'requestedBy'>,
    spec: BacktestSpec,
  ): BacktestResponse {
    const range = { from: formatInstant(spec.fromMs), to: formatInstant(spec.toMs) };
    return this.jobs.add(asked.backtestId, { ...asked, ...range }, spec);
  }

  /** Newest first. */
  of(ruleId: string): readonly BacktestResponse[] {
    return this.jobs.all().filter((told) => told.ruleId === ruleId);
  }
}
