export { ProjectorModule, type ProjectorModuleOptions } from './projector.module.js';
export { projectorTransport } from './projector-transport.js';
export { ProjectorStatus, type ProjectorSnapshot } from './projector-status.js';
export { PROJECTOR } from './projector.tokens.js';
export { openReplayGround, type ReplayGround, type ReplayPlace } from './replay/replay-ground.module.js';
export { runReplay, type ReplayDeps } from './replay/run-replay.js';
