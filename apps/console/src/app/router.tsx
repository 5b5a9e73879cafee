import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Failed, Loading } from '../ui/states';
import { campaignsSearch } from '../screens/campaigns/search';
import { commandsSearch } from '../screens/commands/search';
import { auditRoutes } from './audit-routes';
import { Home } from './home';
import { NotFound } from './not-found';
import { Shell } from './shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: Home,
});

const campaigns = createRoute({
  getParentRoute: () => root,
  path: '/campaigns',
  validateSearch: campaignsSearch,
  component: lazyRouteComponent(() => import('../screens/campaigns/campaigns-screen'), 'CampaignsScreen'),
});

const campaign = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/$campaignId',
  component: lazyRouteComponent(() => import('../screens/campaign/campaign-screen'), 'CampaignScreen'),
});

const advertisers = createRoute({
  getParentRoute: () => root,
  path: '/advertisers',
  component: lazyRouteComponent(
    () => import('../screens/advertiser/advertisers-screen'),
    'AdvertisersScreen',
  ),
});

const advertiser = createRoute({
  getParentRoute: () => root,
  path: '/advertisers/$advertiserId',
  component: lazyRouteComponent(() => import('../screens/advertiser/advertiser-screen'), 'AdvertiserScreen'),
});

const commands = createRoute({
  getParentRoute: () => root,
  path: '/commands',
  validateSearch: commandsSearch,
  component: lazyRouteComponent(() => import('../screens/commands/commands-screen'), 'CommandsScreen'),
});

const command = createRoute({
  getParentRoute: () => root,
  path: '/commands/$commandId',
  component: lazyRouteComponent(() => import('../screens/commands/command-screen'), 'CommandScreen'),
});

const rules = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  component: lazyRouteComponent(() => import('../screens/rules/rules-screen'), 'RulesScreen'),
});

const rule = createRoute({
  getParentRoute: () => root,
  path: '/rules/$ruleId',
  component: lazyRouteComponent(() => import('../screens/rules/rule-screen'), 'RuleScreen'),
});

const system = createRoute({
  getParentRoute: () => root,
  path: '/system',
  component: lazyRouteComponent(() => import('../screens/system/system-screen'), 'SystemScreen'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    campaigns,
    campaign,
    advertisers,
    advertiser,
    rules,
    rule,
    commands,
    command,
    auditRoutes(root),
    system,
  ]),
  defaultPendingComponent: () => <Loading what="the screen" />,
  defaultErrorComponent: ({ error, reset }) => <Failed what="The screen" error={error} onRetry={reset} />,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
