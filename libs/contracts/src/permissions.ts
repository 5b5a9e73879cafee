/** Who may do what (api.md, roles). A route declares one permission; a role is a set of them. */
export const PERMISSIONS = [
  'events:send',
  'events:backfill',
  'campaigns:read',
  'campaigns:write',
  'rules:read',
  'rules:write',
  'rules:approve',
  'rules:backtest',
  'commands:read',
  'commands:acknowledge',
  'commands:order',
  'quarantine:read',
  'quarantine:redrive',
  'webhooks:read',
  'webhooks:write',
  'stream:read',
  'system:read',
  'keys:manage',
  'audit:read',
  'audit:export',
  'audit:replay',
  'audit:reconcile',
  'periods:close',
  'projections:read',
  'projections:rebuild',
  'users:erase',
  'self:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['manager', 'approver', 'system', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const READS = [
  'self:read',
  'campaigns:read',
  'rules:read',
  'commands:read',
  'webhooks:read',
  'stream:read',
  'system:read',
  'projections:read',
] as const;

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  manager: [
    ...READS,
    'campaigns:write',
    'rules:write',
    'rules:backtest',
    'commands:order',
    'webhooks:write',
    'quarantine:read',
    'quarantine:redrive',
  ],
  approver: [...READS, 'rules:approve', 'rules:backtest'],
  system: ['self:read', 'events:send', 'commands:read', 'commands:acknowledge', 'stream:read'],
  auditor: [
    ...READS,
    'rules:backtest',
    'quarantine:read',
    'audit:read',
    'audit:export',
    'audit:replay',
    'audit:reconcile',
  ],
  admin: PERMISSIONS.filter((permission) => permission !== 'rules:approve'),
};
