import { spawn } from 'node:child_process';
import { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** An AWS service as somebody else wrote it, on a loopback port. */
export interface AwsPeer {
  readonly url: string;
  close(): Promise<void>;
}

const require = createRequire(import.meta.url);
/** The credentials that every peer takes; a caller of the SDK must have some. */
export const PEER_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
export const PEER_REGION = 'us-east-1';

/** DynamoDB: dynalite, in this process; its tables are there almost at once. */
export function startDynalite(): Promise<AwsPeer> {
  const dynalite = require('dynalite') as (options: Record<string, number>) => Server;
  return listening(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }));
}

/** Kinesis: kinesalite, in this process; no enhanced fan-out, no on-demand streams. */
export function startKinesalite(): Promise<AwsPeer> {
  const kinesalite = require('kinesalite') as (options: Record<string, number>) => Server;
  return listening(kinesalite({ createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: 100 }));
}

/** kinesis-local listens on every interface and does not say where: this makes it loopback, and lets it say so, and end with us. */
const LOOPBACK_ONLY = `
import net from 'node:net';
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  this.once('listening', () => console.log((port === 4568 ? 'PLAIN ' : 'TLS ') + this.address().port));
  return listen.call(this, { port: 0, host: '127.0.0.1' }, rest.find((one) => typeof one === 'function'));
};
process.stdin.on('end', () => process.exit()).resume();`;

/**
 * Kinesis: kinesis-local, a process of its own: enhanced fan-out (over HTTP/1.1), splits and merges, on-demand streams.
 * Slow with more than some thousand records in a stream.
 */
export async function startKinesisLocal(): Promise<AwsPeer> {
  const folder = dirname(require.resolve('kinesis-local/main.js'));
  const at = (name: string): [string, string] => [`${name}_DURATION`, '20ms'];
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(LOOPBACK_ONLY)}`, join(folder, 'main.js')],
    {
      env: {
        ...Object.fromEntries(
          ['CREATE_STREAM', 'DELETE_STREAM', 'REGISTER_STREAM_CONSUMER', 'SPLIT_SHARD', 'MERGE_SHARDS'].map(
            at,
          ),
        ),
        ...{ PATH: process.env['PATH'], LOG_LEVEL: 'ERROR', AWS_REGION: PEER_REGION },
        KINESIS_MOCK_CERT_PATH: join(folder, 'server.json'),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('PLAIN ')) resolve(line.slice('PLAIN '.length));
    });
  });
  const listens = await Promise.race([port, ended.then(() => undefined)]);
  if (listens === undefined) throw new Error('kinesis-local ended before it listened.');
  return {
    url: `http://127.0.0.1:${listens}`,
    close: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Closes the server only, not the peer's database in memory as the peers' own `close` does: a call whose caller was killed may still be
 * at work there, and would throw where nobody catches it.
 */
async function listening(server: Server): Promise<AwsPeer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => Server.prototype.close.call(server, () => resolve()));
    },
  };
}
