import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLE_PERMISSIONS, ROLES, type Permission, type Role } from '@flightdeck/contracts';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';

interface Operation {
  readonly security?: readonly unknown[];
  readonly 'x-permission'?: Permission;
}
interface Route {
  readonly method: string;
  readonly path: string;
  readonly permission: Permission | undefined;
}

/** Paths that are open to everybody, by contract (api.md). */
const PUBLIC = ['/healthz', '/readyz', '/metrics', '/openapi.json', '/asyncapi.json', '/docs'];

/** What each mode says that it serves. */
const served = new Map<string, unknown>();

describe.each(['start', 'services'] as const)('the whole surface (%s)', (mode) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-surface-'));
  const tokens = new Map<Role, string>();
  let server: FlightdeckProcess;
  let routes: readonly Route[];

  beforeAll(async () => {
    server = await startFlightdeck({ dataDir, mode });
    for (const role of ROLES) {
      const response = await ask('POST', '/v1/keys', server.adminToken, { role, name: `a ${role}` });
      tokens.set(role, ((await response.json()) as { token: string }).token);
    }
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    served.set(mode, document);
    routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{[^}]+\}/g, '6ba7b811-9dad-51d1-80b4-00c04fd430c8'),
        permission: operation['x-permission'],
      })),
    );
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('describes the intake of events too', () => {
    expect(routes).toContainEqual({ method: 'POST', path: '/v1/events', permission: 'events:send' });
    expect(routes.length).toBeGreaterThan(25);
  });

  it('lets nobody in without a token, or with a wrong one', async () => {
    for (const { method, path } of closed()) {
      expect([path, (await ask(method, path, undefined)).status]).toEqual([path, 401]);
      expect([path, (await ask(method, path, 'x'.repeat(43))).status]).toEqual([path, 401]);
    }
  });

  it('lets each role do what it may, and nothing else', async () => {
    for (const { method, path, permission } of closed()) {
      for (const role of ROLES) {
        const may = permission !== undefined && ROLE_PERMISSIONS[role].includes(permission);
        const { status } = await ask(method, path, tokens.get(role));
        expect([role, method, path, status === 403]).toEqual([role, method, path, !may]);
      }
    }
  });

  it('ends a revoked key at once', async () => {
    const created = await ask('POST', '/v1/keys', server.adminToken, { role: 'auditor', name: 'leaving' });
    const { keyId, token } = (await created.json()) as { keyId: string; token: string };
    expect((await ask('GET', '/v1/facts', token)).status).toBe(200);
    expect((await ask('DELETE', `/v1/keys/${keyId}`, server.adminToken)).status).toBeLessThan(300);
    expect((await ask('GET', '/v1/facts', token)).status).toBe(401);
  });

  it.each(PUBLIC)('%s needs no token', async (path) => {
    expect((await fetch(server.url + path)).status).toBe(200);
  });

  function closed(): readonly Route[] {
    return routes.filter(({ path }) => path.startsWith('/v1/') && path !== '/v1/stream');
  }

  async function ask(
    method: string,
    path: string,
    token: string | undefined,
    body?: object,
  ): Promise<Response> {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response;
  }
});

it('is the same in one process and in several', () => {
  expect(served.get('services')).toEqual(served.get('start'));
});
