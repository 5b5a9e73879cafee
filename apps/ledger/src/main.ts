import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { openStore } from './ledger.module.js';
import { startHealthServer } from './server/health-server.js';
import { LOOPBACK, startLedgerServer } from './server/start-ledger-server.js';
import { DEFAULT_USER, userEntry, usersIn, type Users } from './server/users.js';

const PORT_DEFAULT = 2113;
/** Exit codes of sysexits.h: wrong use; another process has the directory or the port. */
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;

interface Options {
  readonly host: string;
  readonly port: number;
  readonly data?: string;
  readonly memory?: boolean;
  readonly tls?: boolean;
  readonly cert?: string;
  readonly key?: string;
  readonly users?: string;
  readonly defaultUser?: boolean;
  readonly allowDelete?: boolean;
  readonly maxAppendSize?: number;
  readonly healthPort?: number;
}

const program = new Command('ledger')
  .description('Serves a ledger over the EventStoreDB gRPC protocol.')
  .option('--host <address>', 'address to listen on; other than loopback only with --tls', '127.0.0.1')
  .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber, PORT_DEFAULT)
  .option('--data <directory>', 'where the ledger is kept')
  .option('--memory', 'keep it in a directory that goes with the process')
  .option('--tls', 'serve TLS; needs --cert, --key and users')
  .option('--cert <file>', 'certificate chain, PEM')
  .option('--key <file>', 'private key, PEM')
  .option('--users <file>', 'users with hashed passwords, as `ledger user` prints them')
  .option('--default-user', 'accept admin/changeit; on loopback only, for tests of clients')
  .option('--allow-delete', 'let streams be deleted; for tests of clients')
  .option('--max-append-size <bytes>', 'the most bytes of one append', wholeNumber)
  .option('--health-port <number>', 'serve /healthz, /readyz and /metrics over HTTP here', wholeNumber)
  .action(serve);

program
  .command('user <name>')
  .description('Reads a password from standard input and prints an entry for a users file.')
  .action((name: string) => {
    const password = readFileSync(0, 'utf8').replace(/\r?\n$/u, '');
    process.stdout.write(`${JSON.stringify({ users: [userEntry(name, password)] }, null, 2)}\n`);
  });

await program.parseAsync().catch((error: unknown) => {
  if (!isSomebodyElses(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(EXIT_UNAVAILABLE);
});

async function serve(options: Options): Promise<void> {
  const misuse = misuseIn(options);
  if (misuse !== undefined) usage(misuse);
  if (options.defaultUser === true) process.stderr.write('WARNING: admin/changeit is accepted.\n');
  const users = usersOf(options);
  const opened = await openStore(options.data);
  const { store } = opened;
  const { cert, key } = options;
  const server = await startLedgerServer({
    store,
    host: options.host,
    port: options.port,
    ...(options.tls === true && cert !== undefined && key !== undefined
      ? { tls: { cert: readFileSync(cert), key: readFileSync(key) } }
      : {}),
    ...(users === undefined ? {} : { users }),
    ...(options.maxAppendSize === undefined ? {} : { appendBytesMax: options.maxAppendSize }),
    allowDelete: options.allowDelete === true,
    onError: (error) => process.stderr.write(`ERROR ${inspect(error)}\n`),
  }).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  const health =
    options.healthPort === undefined
      ? undefined
      : await startHealthServer(options.host, options.healthPort, store);
  if (health !== undefined) process.stderr.write(`HEALTH http://${options.host}:${health.port}\n`);
  const stop = (): void => {
    void server
      .close()
      .then(() => health?.close())
      .then(() => opened.close())
      .then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.once('disconnect', stop); // whoever started it with a channel to it has gone
  process.stdout.write(`READY esdb://${options.host}:${server.port}?tls=${String(options.tls === true)}\n`);
}

/** What is wrong with how it was started, in one sentence. */
function misuseIn(options: Options): string | undefined {
  const { host, data, memory, tls, cert, key, users, defaultUser } = options;
  if ((data === undefined) === (memory !== true)) return 'Say either --data <directory> or --memory.';
  if (tls === true && (cert === undefined || key === undefined)) return '--tls needs --cert and --key.';
  if (defaultUser === true && host !== '127.0.0.1') return '--default-user is for 127.0.0.1 only.';
  if (tls !== true && !LOOPBACK.has(host)) return `${host} needs --tls: without, only loopback is served.`;
  if (tls === true && users === undefined && defaultUser !== true)
    return '--tls needs --users or --default-user.';
  if (users !== undefined && tls !== true)
    return '--users needs --tls: a password would travel in the clear.';
  return undefined;
}

function usersOf({ users, defaultUser }: Options): Users | undefined {
  if (users !== undefined) return usersIn(readFileSync(users, 'utf8'));
  return defaultUser === true ? DEFAULT_USER : undefined;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/u.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

/** The directory or the port is in use: a sentence for the operator, and no bug. */
function isSomebodyElses(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'StoreInUse' || error.message.includes('EADDRINUSE'));
}

function usage(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(EXIT_USAGE);
}
