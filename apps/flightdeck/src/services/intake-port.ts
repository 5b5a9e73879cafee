import type { Redrive } from '@flightdeck/contracts';
import type { PortClient, ServedPort } from '@flightdeck/platform';
import type { IngestOutcome, IngestRequest, IngestService } from '../../../ingest/src/index.js';

const INTAKE_PORT = 'intake';
/** What the events controller needs of ingest. */
export type Intake = Pick<IngestService, 'ingest'>;

/** Offers ingest to the API, which stands in front of all processes. */
export function intakePort(intake: Intake, redrive: Redrive): Readonly<Record<string, ServedPort>> {
  return {
    [INTAKE_PORT]: {
      calls: {
        ingest: (request: IngestRequest) => intake.ingest(request),
        redrive: (...asked: Parameters<Redrive['redrive']>) => redrive.redrive(...asked),
      },
    },
  };
}

/** Ingest in another process. Both calls may be made twice: the same events are the same. */
export function remoteIntake(client: PortClient): Intake & Redrive {
  return {
    ingest: (request) => client.call(INTAKE_PORT, 'ingest', [request]) as Promise<IngestOutcome>,
    redrive: (...asked) => client.call(INTAKE_PORT, 'redrive', asked) as ReturnType<Redrive['redrive']>,
  };
}
