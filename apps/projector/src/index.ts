export { ProjectorModule, type ProjectorModuleOptions } from './projector.module.js';
export { projectorTransport } from './projector-transport.js';
export { ProjectorStatus, type ProjectorSnapshot } from './projector-status.js';
export { PROJECTOR } from './projector.tokens.js';
