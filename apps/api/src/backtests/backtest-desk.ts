import type { BacktestResponse, BacktestRunner, BacktestSpec } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import type { Clock, Logger } from '@flightdeck/platform';
import { JobDesk } from '../jobs/job-desk.js';
import { JobShelf } from '../jobs/job-shelf.js';

const NOTHING_YET: BacktestResponse['progress'] = {
  ...{ eventsRead: 0, eventsInRange: 0, eventsTotal: 0, at: null, eventsPerSecond: 0 },
  ...{ remainingSeconds: null, resumedFrom: 0 },
};

/** Backtests as jobs, by the rule that they try. */
export class BacktestDesk {
  readonly jobs: JobDesk<BacktestResponse, BacktestSpec>;

  constructor(
    directory: string,
    runner: BacktestRunner,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    const kind = { name: 'backtest', nothingYet: NOTHING_YET, runner };
    this.jobs = new JobDesk(kind, new JobShelf(directory), clock, logger);
  }

  /** It reads what is stored by now, whenever its turn comes. @throws {ProblemException} 429 when too many wait. */
  add(
    asked: Pick<BacktestResponse, 'backtestId' | 'ruleId' | 'ruleRevision' | 'requestedBy'>,
    spec: Omit<BacktestSpec, 'backtestId' | 'untilMs'>,
  ): BacktestResponse {
    const { backtestId } = asked;
    const range = { from: formatInstant(spec.fromMs), to: formatInstant(spec.toMs) };
    return this.jobs.add(backtestId, { ...asked, ...range }, { ...spec, backtestId, untilMs: this.clock() });
  }

  /** Of every rule, newest first. */
  all(): readonly BacktestResponse[] {
    return this.jobs.all();
  }

  /** Newest first. */
  of(ruleId: string): readonly BacktestResponse[] {
    return this.jobs.all().filter((told) => told.ruleId === ruleId);
  }
}
