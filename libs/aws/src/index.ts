export * from './circuit.js';
export * from './connection.js';
export * from './transient.js';
