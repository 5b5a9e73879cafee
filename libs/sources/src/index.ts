export * from './record-source.js';
