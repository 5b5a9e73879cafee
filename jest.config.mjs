import { existsSync } from 'node:fs';

// The browser tests are part of the run wherever Chromium is; CI asks for them, and fails without it.
const hasBrowser = existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium');
const wantsBrowser = hasBrowser || process.env.FLIGHTDECK_BROWSER_TESTS === 'required';
if (!wantsBrowser)
  console.error('NOT TESTED: the console in a browser, for there is no Chromium (CHROMIUM).');

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/bench', '<rootDir>/test', '<rootDir>/examples'],
  testMatch: ['**/*.spec.ts'],
  // These run with `npm run test:aws`.
  testPathIgnorePatterns: [
    ...['/node_modules/', '\\.aws\\.spec\\.ts$'],
    ...(wantsBrowser ? [] : ['<rootDir>/test/browser/']),
  ],
  extensionsToTreatAsEsm: ['.ts'],
  setupFiles: ['reflect-metadata', '<rootDir>/jest.setup.mjs'],
  testTimeout: 60_000,
  workerIdleMemoryLimit: '1GB',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^@flightdeck/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@flightdeck/([a-z-]+)/([a-z0-9-]+)$': '<rootDir>/libs/$1/src/adapters/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
