import type { ProjectionRebuilds, RebuildOutcome, SystemSnapshot } from '@flightdeck/contracts';
import { formatInstant, type CommandDetail, type CommandEvent } from '@flightdeck/domain';
import { randomUUID } from 'node:crypto';

/** When every test happens: the same day in all the zones that tests use. */
export const NOW_MS = Date.parse('2026-11-22T15:00:00Z');

/** A command as a rule would have issued it. */
export function issued(
  campaignId: string,
  sequence: number,
  over: Partial<CommandDetail> = {},
): CommandEvent {
  const commandId = randomUUID();
  return {
    type: 'CommandIssued',
    data: {
      ...{ schemaVersion: 1, commandId, command: 'PauseCampaign', campaignId, advertiserId: null, sequence },
      ...{ issuedAt: formatInstant(NOW_MS), expiresAt: formatInstant(NOW_MS + 60_000) },
      ...{ ruleId: 'r1', ruleRevision: 0, severity: 'critical', reason: 'It spends too much.' },
      ...{ facts: { 'utilization.today': 0.92 }, params: {}, cause: { stream: 'ads-00', revision: 0 } },
      ...{ links: { explanation: `/v1/commands/${commandId}/explanation` }, period: '2026-11-22' },
      ...over,
    },
  };
}

/** What ingestion adds to an event: its own day and currency, unless the test says otherwise. */
export function enriched(occurredAt: string, own: unknown): object {
  return { day: occurredAt.slice(0, 10), currency: 'USD', ...(own as object | undefined) };
}

/** A system in which nothing has happened yet. */
export const QUIET_SYSTEM: SystemSnapshot = {
  partitions: [
    {
      partition: 0,
      stream: 'ads-00',
      headRevision: -1,
      projectedRevision: -1,
      lagEvents: 0,
      accepted: 0,
      late: 0,
      unregistered: 0,
      quarantined: 0,
    },
  ],
  ingest: { accepted: 0, duplicates: 0, quarantined: 0, refusedBusy: 0, eventsPerSecond: 0, queuedEvents: 0 },
  latency: { ingest: null, eventToPacing: null, eventToCommand: null },
  projections: [{ name: 'ads', checkpoint: '', caughtUp: true }],
  outbox: { waiting: 0, failed: 0 },
  sources: [],
};

const BEGUN: RebuildOutcome & { readonly ok: true } = {
  ok: true,
  rebuild: {
    ...{ state: 'building', kind: 'rebuild', requestedBy: 'admin', startedAt: formatInstant(NOW_MS) },
    ...{
      finishedAt: null,
      fromVersion: 1,
      toVersion: 1,
      eventsFolded: 0,
      eventsTotal: 0,
      eventsPerSecond: 0,
    },
    ...{ remainingSeconds: null, swapMs: null, comparison: null, error: null },
  },
};

/** Rebuilds that begin, and never come to anything. */
export const QUIET_REBUILDS: ProjectionRebuilds = {
  status: async () => ({
    ...{ items: [{ name: 'campaign-spend', version: 1, source: 'ads' }], serving: null, kept: [] },
    ...{ latestVersion: 1, parked: 0, rebuild: BEGUN.rebuild },
  }),
  rebuild: async () => BEGUN,
  rollback: async () => ({ ok: false, code: 'nothing-kept', detail: 'Nothing is kept.' }),
  cancel: async () => undefined,
};
