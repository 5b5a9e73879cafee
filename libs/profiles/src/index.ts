export * from './profile-source.js';
export * from './profile-cache.js';
