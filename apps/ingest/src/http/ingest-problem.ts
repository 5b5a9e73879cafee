import { ProblemException } from '@flightdeck/platform';
import { PipelineUnavailable } from '../pipeline/pipeline-unavailable.js';
import { IngestBusy } from '../service/admission.js';
import { IngestUnavailable } from '../service/ingest-service.js';

const RETRY_LATER_SECONDS = '1';

/** How a failure of ingestion is answered. In each case the same request sent again is harmless. */
export function ingestProblem(error: unknown): unknown {
  if (error instanceof IngestBusy) {
    return new ProblemException(429, 'busy', 'The pipeline is full: send the same request again later.', {
      headers: { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) },
    });
  }
  if (error instanceof IngestUnavailable || error instanceof PipelineUnavailable) {
    const problem = new ProblemException(
      503,
      'unavailable',
      'Not all of it could be written: send the same request again.',
      {
        headers: { 'retry-after': RETRY_LATER_SECONDS },
      },
    );
    problem.cause = error;
    return problem;
  }
  return error;
}
