import type { Permission } from '../../session/session';

/** The parts of the audit screen, and what one must be allowed for each. */
export const AUDIT_TABS = [
  { path: '/audit', label: 'Replay and proof', permission: 'audit:read' },
  { path: '/audit/ledger', label: 'Ledger', permission: 'audit:read' },
  { path: '/audit/time', label: 'Time travel', permission: 'audit:read' },
  { path: '/audit/reconciliation', label: 'Reconciliation', permission: 'audit:reconcile' },
  { path: '/audit/exports', label: 'Exports', permission: 'audit:export' },
  { path: '/audit/projections', label: 'Projections', permission: 'projections:read' },
  { path: '/audit/access', label: 'Access book', permission: 'audit:read' },
] as const satisfies readonly { path: string; label: string; permission: Permission }[];
