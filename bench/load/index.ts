export * from './client.js';
export * from './system.js';
export * from './traffic.js';
