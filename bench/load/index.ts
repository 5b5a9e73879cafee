export * from './client.js';
export * from './steady.js';
export * from './system.js';
export * from './traffic.js';
