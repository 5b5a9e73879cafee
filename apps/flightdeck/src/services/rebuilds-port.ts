import type { ProjectionRebuilds, ProjectionsResponse, RebuildOutcome } from '@flightdeck/contracts';
import type { PortClient, ServedPort } from '@flightdeck/platform';

/** The port of the process that rebuilds the read models. */
export const REBUILDS_PORT = 'rebuilds';

/** Offers rebuilds to other processes. */
export function rebuildsPort(rebuilds: ProjectionRebuilds): ServedPort {
  return {
    calls: {
      status: () => rebuilds.status(),
      rebuild: (requestedBy: string) => rebuilds.rebuild(requestedBy),
      rollback: (requestedBy: string) => rebuilds.rollback(requestedBy),
      cancel: () => rebuilds.cancel(),
    },
  };
}

/** The rebuilds of another process. The port's own types on both sides. */
export function remoteRebuilds(client: PortClient): ProjectionRebuilds {
  return {
    status: () => client.call(REBUILDS_PORT, 'status', []) as Promise<ProjectionsResponse>,
    rebuild: (by) => client.call(REBUILDS_PORT, 'rebuild', [by]) as Promise<RebuildOutcome>,
    rollback: (by) => client.call(REBUILDS_PORT, 'rollback', [by]) as Promise<RebuildOutcome>,
    cancel: async () => {
      await client.call(REBUILDS_PORT, 'cancel', []);
    },
  };
}
