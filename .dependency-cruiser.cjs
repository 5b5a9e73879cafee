/** @type {import('dependency-cruiser').IConfiguration} */
const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });
const SPECS = '\\.spec\\.ts$';

module.exports = {
  forbidden: [
    rule(
      'no-unresolved',
      'An unresolved import silently satisfies every other rule.',
      {},
      { couldNotResolve: true },
    ),
    rule(
      'no-cycles',
      'A cycle means two modules are one. Generated code is as its generator makes it.',
      { pathNot: '/generated/' },
      { circular: true },
    ),
    rule(
      'domain-is-pure',
      'Domain imports only domain and a Temporal polyfill: no node:, no other lib.',
      { path: '^libs/domain/src', pathNot: SPECS },
      { pathNot: ['^libs/domain/src', 'node_modules/temporal-(polyfill|utils|spec)/'] },
    ),
    rule('libs-below-apps', 'Libs never import apps.', { path: '^libs/' }, { path: '^apps/' }),
    rule(
      'apps-are-islands',
      'Apps meet in the event store and on the bus, not in imports; only the composition imports the others.',
      { path: '^apps/([^/]+)/', pathNot: '^apps/flightdeck/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    rule(
      'apps-by-their-front-door',
      'The composition enters an app by its index.ts.',
      { path: '^apps/flightdeck/' },
      { path: '^apps/(?!flightdeck/)[^/]+/src/', pathNot: '^apps/[^/]+/src/index\\.ts$' },
    ),
    rule(
      'front-door-only',
      'Enter a lib by its index.ts or a named adapter.',
      { path: '^(apps|libs)/([^/]+)/', pathNot: SPECS },
      {
        path: '^libs/([^/]+)/src/',
        pathNot: ['^libs/[^/]+/src/index\\.ts$', '^libs/[^/]+/src/adapters/[^/]+\\.ts$', '^libs/$2/'],
      },
    ),
    rule(
      'adapters-only-at-the-root',
      'Only *.module.ts (and specs) choose an adapter.',
      { path: '^apps/', pathNot: '(\\.module|\\.spec)\\.ts$' },
      { path: '^libs/[^/]+/src/adapters/' },
    ),
    rule(
      'console-knows-the-wire-only',
      'The web console speaks HTTP: it shares no code with the server, only the generated client.',
      { path: '^apps/console/' },
      { path: '^(libs|apps/(?!console/))' },
    ),
    rule(
      'sdk-only-in-adapters',
      'Cloud and store SDKs stay behind a port; tests may use them as a user does.',
      { path: '^(apps|libs)/', pathNot: ['/adapters/', '/testing/', SPECS] },
      { path: 'node_modules/(@aws-sdk|@eventstore|lmdb|ioredis)/' },
    ),
    rule(
      'nest-only-in-apps-and-platform',
      'Libs other than platform know no framework.',
      { path: '^libs/', pathNot: ['^libs/platform/', '^libs/testing/'] },
      { path: 'node_modules/@nestjs/' },
    ),
    rule(
      'contracts-know-only-domain',
      'Wire shapes translate the domain and nothing else.',
      { path: '^libs/contracts/', pathNot: SPECS },
      { path: '^libs/', pathNot: '^libs/(contracts|domain)/' },
    ),
    rule(
      'ports-are-siblings',
      'event-store, read-models, sources, profiles and bus stand on domain and contracts (and aws, how its services are reached), not on each other.',
      { path: '^libs/(event-store|read-models|sources|profiles|bus)/', pathNot: SPECS },
      { path: '^libs/', pathNot: '^libs/($1|domain|contracts|aws)/' },
    ),
    rule(
      'ledger-stands-on-event-store',
      'The ledger knows the store, the contracts and the domain.',
      { path: '^libs/ledger/', pathNot: SPECS },
      { path: '^libs/', pathNot: '^libs/(ledger|event-store|contracts|domain)/' },
    ),
    rule(
      'proof-stands-on-event-store',
      'What proves the ledger knows stored bytes and nothing of what they mean.',
      { path: '^libs/proof/', pathNot: SPECS },
      { path: '^libs/', pathNot: '^libs/(proof|event-store|aws)/' },
    ),
    rule(
      'platform-knows-no-business',
      'Logging and config must be reusable in any project.',
      { path: '^libs/platform/' },
      { path: '^libs/', pathNot: '^libs/platform/' },
    ),
    rule(
      'replay-reaches-no-bus',
      'What rebuilds the past, or tries rules on it, can send nothing: no import leads from it to a bus, however far.',
      { path: '^apps/(projector/src|flightdeck/src/replay|rules/src/backtest)/', pathNot: SPECS },
      { path: '^libs/bus/', reachable: true },
    ),
    rule(
      'testing-only-from-specs',
      'Test helpers never ship.',
      { path: '^(apps|libs)/', pathNot: [SPECS, '/src/testing/', '^libs/testing/'] },
      { path: '^libs/testing/' },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
