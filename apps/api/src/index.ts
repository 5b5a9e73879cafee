export * from './api.module.js';
export * from './api-options.js';
export {
  COMMAND_INDEX,
  type CommandIndex,
  type CommandQuery,
  type CommandRow,
} from './commands/command-index.js';
export { STREAM_CLIENTS_MAX } from './stream/stream-clients.js';
export * from './openapi/install-open-api.js';
export { RunningFold } from './follow/running-fold.js';
export { KeyAuthenticator } from './keys/key-authenticator.js';
export * from './console/install-console.js';
