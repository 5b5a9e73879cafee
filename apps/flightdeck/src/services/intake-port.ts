import type { Redrive } from '@flightdeck/contracts';
import type { PortClient, ServedPort } from '@flightdeck/platform';
import type { Collector, IngestOutcome, IngestRequest } from '../../../ingest/src/index.js';

const INTAKE_PORT = 'intake';
/** Offers ingest to the API, which stands in front of all processes. */
export function intakePort(collector: Collector, redrive: Redrive): Readonly<Record<string, ServedPort>> {
  return {
    [INTAKE_PORT]: {
      calls: {
        ingest: (request: IngestRequest) => collector.ingest(request),
        redrive: (...asked: Parameters<Redrive['redrive']>) => redrive.redrive(...asked),
      },
    },
  };
}

/** Ingest in another process. Both calls may be made twice: the same events are the same. */
export function remoteIntake(client: PortClient): Collector & Redrive {
  return {
    ingest: (request) => client.call(INTAKE_PORT, 'ingest', [request]) as Promise<IngestOutcome>,
    redrive: (...asked) => client.call(INTAKE_PORT, 'redrive', asked) as ReturnType<Redrive['redrive']>,
  };
}
