// What of the platform knows no framework: the Lambda function and the workers are built over this in place of `index.ts`.
export * from './clock.js';
export * from './metrics/latency.js';
export * from './pacing/pacing.js';
