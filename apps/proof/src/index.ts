export { openAnchor } from './ground.module.js';
export * from './proof.module.js';
