export * from './connection.js';
export * from './transient.js';
