import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { ADMIN_TOKEN_FILE, runFlightdeck, SERVER_FILE } from '../run.js';
import { ApiClient } from './client.js';

/** A client, and what to call when done with it. */
export interface Connection {
  readonly client: ApiClient;
  close(): Promise<void>;
}

/**
 * Connects to the Flightdeck that owns the data directory; when none runs, starts one in this process on a free loopback port
 * for as long as the command takes. So every command goes through the same door.
 */
export async function connect(config: Config): Promise<Connection> {
  const running = await runningServer(config.dataDir);
  if (running !== undefined) return { client: running, close: () => Promise.resolve() };
  const server = await runFlightdeck({ ...config, port: 0, logLevel: 'error' });
  return { client: new ApiClient(server.url, server.adminToken), close: () => server.close() };
}

async function runningServer(dataDir: string): Promise<ApiClient | undefined> {
  const serverFile = join(dataDir, SERVER_FILE);
  const tokenFile = join(dataDir, ADMIN_TOKEN_FILE);
  if (!existsSync(serverFile) || !existsSync(tokenFile)) return undefined;
  const { url } = JSON.parse(readFileSync(serverFile, 'utf8')) as { url: string };
  const alive = await fetch(`${url}/healthz`).then(
    (response) => response.ok,
    () => false, // nobody listens: the file was left by a process that was killed
  );
  return alive ? new ApiClient(url, readFileSync(tokenFile, 'utf8').trim()) : undefined;
}
