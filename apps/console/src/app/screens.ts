import type { Permission } from '../session/session';
import type { IconName } from '../ui/icons';

/** A screen of the navigation, the key that goes to it after `g`, and what one must be allowed to see it. */
export interface Screen {
  readonly path: '/campaigns' | '/advertisers' | '/rules' | '/commands' | '/audit' | '/system';
  readonly label: string;
  readonly icon: IconName;
  readonly key: string;
  readonly permission: Permission;
}

export const SCREENS: readonly Screen[] = [
  { path: '/campaigns', label: 'Campaigns', icon: 'campaigns', key: 'c', permission: 'campaigns:read' },
  {
    ...{ path: '/advertisers', label: 'Advertisers', icon: 'advertisers', key: 'd' },
    permission: 'campaigns:read',
  },
  { path: '/rules', label: 'Rules', icon: 'rules', key: 'r', permission: 'rules:read' },
  { path: '/commands', label: 'Commands', icon: 'commands', key: 'o', permission: 'commands:read' },
  { path: '/audit', label: 'Audit', icon: 'audit', key: 'a', permission: 'audit:read' },
  { path: '/system', label: 'System', icon: 'system', key: 's', permission: 'system:read' },
];
