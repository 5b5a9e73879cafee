// Each import rule is proved alive: plant one violation, expect that rule's name, remove it.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

/** rule, file to plant, its text, and sometimes a second file. */
const PROBES = [
  [
    'no-cycles',
    'apps/rules/src/__probe.ts',
    `export * from './__probe-back.js';`,
    ['apps/rules/src/__probe-back.ts', `export * from './__probe.js';`],
  ],
  ['no-unresolved', 'apps/rules/src/__probe.ts', `export * from '@flightdeck/nowhere';`],
  ['domain-is-pure', 'libs/domain/src/__probe.ts', `export { randomUUID } from 'node:crypto';`],
  ['libs-below-apps', 'libs/read-models/src/__probe.ts', `export * from '../../../apps/api/src/index.js';`],
  ['apps-are-islands', 'apps/rules/src/__probe.ts', `export * from '../../api/src/index.js';`],
  [
    'apps-by-their-front-door',
    'apps/flightdeck/src/__probe.ts',
    `export * from '../../api/src/__probe.js';`,
    ['apps/api/src/__probe.ts', `export const probe = 1;`],
  ],
  [
    'front-door-only',
    'apps/rules/src/__probe.ts',
    `export * from '../../../libs/domain/src/kernel/decider.js';`,
  ],
  ['adapters-only-at-the-root', 'apps/rules/src/__probe.ts', `export * from '@flightdeck/event-store/lmdb';`],
  [
    'console-knows-the-wire-only',
    'apps/console/src/__probe.ts',
    `export * from '../../../libs/domain/src/index.js';`,
  ],
  ['sdk-only-in-adapters', 'apps/rules/src/__probe.ts', `export { open } from 'lmdb';`],
  [
    'nest-only-in-apps-and-platform',
    'libs/read-models/src/__probe.ts',
    `export { Injectable } from '@nestjs/common';`,
  ],
  ['contracts-know-only-domain', 'libs/contracts/src/__probe.ts', `export * from '@flightdeck/platform';`],
  ['ports-are-siblings', 'libs/read-models/src/__probe.ts', `export * from '@flightdeck/event-store';`],
  ['ledger-stands-on-event-store', 'libs/ledger/src/__probe.ts', `export * from '@flightdeck/read-models';`],
  ['proof-stands-on-event-store', 'libs/proof/src/__probe.ts', `export * from '@flightdeck/contracts';`],
  ['platform-knows-no-business', 'libs/platform/src/__probe.ts', `export * from '@flightdeck/domain';`],
  [
    'replay-reaches-no-bus',
    'apps/projector/src/replay/__probe.ts',
    `export * from './__probe-on.js';`,
    ['apps/projector/src/replay/__probe-on.ts', `export * from '@flightdeck/bus';`],
  ],
  [
    'replay-reaches-no-bus',
    'apps/rules/src/backtest/__probe.ts',
    `export * from '../dispatch/dispatcher.js';`,
  ],
  ['testing-only-from-specs', 'apps/rules/src/__probe.ts', `export * from '@flightdeck/testing';`],
];

let silent = 0;
for (const [rule, file, text, second] of PROBES) {
  writeFileSync(file, text);
  if (second) writeFileSync(...second);
  try {
    const fires = cruise().includes(`error ${rule}:`);
    if (!fires) silent += 1;
    console.log(fires ? 'fires ' : 'SILENT', rule);
  } finally {
    rmSync(file);
    if (second) rmSync(second[0]);
  }
}
process.exit(silent > 0 ? 1 : 0);

function cruise() {
  try {
    return execFileSync('npx', ['depcruise', 'apps', 'libs', '--config', '.dependency-cruiser.cjs'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    return error.stdout;
  }
}
