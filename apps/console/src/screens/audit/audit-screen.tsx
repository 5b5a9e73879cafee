import './audit.css';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useMe } from '../../session/use-session';
import { Page } from '../../ui/page';
import { AUDIT_TABS } from './tabs';

/** What proves the numbers: the ledger itself, what was known when, rebuilding, signatures, invoices, who looked. */
export function AuditScreen() {
  const { permissions } = useMe();
  const tabs = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    // On a phone the tabs reach beyond the screen.
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <Page title="Audit" beside={<span className="fd-dim">every number rebuilt, every event proved</span>}>
      <nav className="fd-tabs" aria-label="Audit" ref={tabs}>
        {AUDIT_TABS.filter(({ permission }) => permissions.includes(permission)).map(({ path, label }) => (
          <Link
            key={path}
            to={path}
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </Page>
  );
}
