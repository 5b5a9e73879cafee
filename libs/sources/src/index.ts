export * from './record-source.js';
export * from './record-sink.js';
