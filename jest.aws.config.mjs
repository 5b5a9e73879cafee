import base from './jest.config.mjs';

/** What needs moto, which npm does not have: `npm run test:aws` installs it. */
export default { ...base, testMatch: ['**/*.aws.spec.ts'], testPathIgnorePatterns: ['/node_modules/'] };
