import type { SystemProbe } from '@flightdeck/contracts';
import type { Logger, PortClient, ServedPort } from '@flightdeck/platform';
import {
  systemSnapshot,
  type IngestReport,
  type ProjectorReport,
  type Reports,
  type RulesReport,
} from '../system-snapshot.js';
import type { Peer } from './service-context.js';

const REPORT_PORT = 'report';

/** Lets the API tell how this process does. */
export function reportPort(report: () => unknown): Readonly<Record<string, ServedPort>> {
  return { [REPORT_PORT]: { calls: { read: report } } };
}

/** What is told of a process that has not answered yet. */
const NOTHING: Reports = {
  ingest: { partitions: [], queuedEvents: 0, refusedBusy: 0, latency: null },
  projector: {
    ...{ checkpoint: '', caughtUp: false, eventsPerSecond: 0, latency: null },
    quality: { partitions: [], sources: [] },
  },
  rules: { latency: null, outboxWaiting: 0, failed: 0 },
};

/**
 * How the parts do, gathered from their processes. When one does not answer, which is when an operator looks, the others are told of
 * as they are and that one as it was.
 */
export function remoteProbe(clients: Readonly<Record<Peer, PortClient>>, logger: Logger): SystemProbe {
  const last: { -readonly [Part in keyof Reports]: Reports[Part] } = { ...NOTHING };
  const asked = async <Report>(peer: Peer): Promise<Report | undefined> => {
    try {
      return (await clients[peer].call(REPORT_PORT, 'read', [])) as Report;
    } catch (error) {
      logger.warn({ err: error, peer }, 'A process does not tell how it does.');
      return undefined;
    }
  };
  return {
    snapshot: async () => {
      const [ingest, projector, rules] = await Promise.all([
        asked<IngestReport>('ingest'),
        asked<ProjectorReport>('projector'),
        asked<RulesReport>('rules'),
      ]);
      last.ingest = ingest ?? last.ingest;
      last.projector = projector ?? { ...last.projector, caughtUp: false };
      last.rules = rules ?? last.rules;
      return systemSnapshot(last);
    },
  };
}
