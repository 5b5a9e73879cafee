export {
  startLedgerServer,
  type LedgerServer,
  type LedgerServerOptions,
} from './server/start-ledger-server.js';
export { DEFAULT_USER, userEntry, usersIn, type Users } from './server/users.js';
