import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServableEventStore } from '@flightdeck/event-store';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** A small HTTP server beside the ledger, for orchestrators: `/healthz`, `/readyz`, `/metrics`. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @param port 0 takes a free one. It serves as soon as the ledger does, so both answers are yes or none. */
export async function startHealthServer(
  host: string,
  port: number,
  store: ServableEventStore,
): Promise<HealthServer> {
  const registry = metricsOf(store);
  const server = createServer((request, response) => {
    const json = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method !== 'GET') json(405, { code: 'method-not-allowed' });
    else if (request.url === '/healthz') json(200, { status: 'alive' });
    else if (request.url === '/readyz') json(200, { status: 'ready' });
    else if (request.url === '/metrics')
      void registry.metrics().then((text) => {
        response.writeHead(200, { 'content-type': registry.contentType }).end(text);
      });
    else json(404, { code: 'not-found' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

function metricsOf(store: ServableEventStore): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'flightdeck_' });
  new Gauge({
    name: 'flightdeck_ledger_events',
    help: 'Events stored, in all streams.',
    registers: [registry],
    collect() {
      this.set(store.end);
    },
  });
  return registry;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
