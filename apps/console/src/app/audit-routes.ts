import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import { ledgerSearch } from '../screens/audit/ledger/search';
import { reconciliationSearch } from '../screens/audit/reconciliation/search';
import { timeSearch } from '../screens/audit/time-travel/search';

/** The audit screen and its parts, each loaded when it is looked at. */
export function auditRoutes<Root extends AnyRoute>(root: Root) {
  const audit = createRoute({
    getParentRoute: () => root,
    path: '/audit',
    component: lazyRouteComponent(() => import('../screens/audit/audit-screen'), 'AuditScreen'),
  });
  const proof = createRoute({
    getParentRoute: () => audit,
    path: '/',
    component: lazyRouteComponent(() => import('../screens/audit/proof-screen'), 'ProofScreen'),
  });
  const ledger = createRoute({
    getParentRoute: () => audit,
    path: '/ledger',
    validateSearch: ledgerSearch,
    component: lazyRouteComponent(() => import('../screens/audit/ledger/ledger-screen'), 'LedgerScreen'),
  });
  const time = createRoute({
    getParentRoute: () => audit,
    path: '/time',
    validateSearch: timeSearch,
    component: lazyRouteComponent(() => import('../screens/audit/time-travel/time-screen'), 'TimeScreen'),
  });
  const reconciliation = createRoute({
    getParentRoute: () => audit,
    path: '/reconciliation',
    validateSearch: reconciliationSearch,
    component: lazyRouteComponent(
      () => import('../screens/audit/reconciliation/reconciliation-screen'),
      'ReconciliationScreen',
    ),
  });
  const exports = createRoute({
    getParentRoute: () => audit,
    path: '/exports',
    component: lazyRouteComponent(() => import('../screens/audit/exports/exports-screen'), 'ExportsScreen'),
  });
  const projections = createRoute({
    getParentRoute: () => audit,
    path: '/projections',
    component: lazyRouteComponent(
      () => import('../screens/audit/projections/projections-screen'),
      'ProjectionsScreen',
    ),
  });
  const access = createRoute({
    getParentRoute: () => audit,
    path: '/access',
    component: lazyRouteComponent(() => import('../screens/audit/access-panel'), 'AccessPanel'),
  });
  return audit.addChildren([proof, ledger, time, reconciliation, exports, projections, access]);
}
