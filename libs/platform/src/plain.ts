// What of the platform knows no framework: the Lambda function is built over this in place of `index.ts`.
export * from './clock.js';
export * from './metrics/latency.js';
