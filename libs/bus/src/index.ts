export * from './command-bus.js';
