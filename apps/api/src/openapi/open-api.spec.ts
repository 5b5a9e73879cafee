import { ROLE_PERMISSIONS, type Role } from '@flightdeck/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { issued } from '../testing/fixtures.js';
import { ABSENT, ROUTES } from '../testing/routes.js';
import { testApi, type TestApi } from '../testing/test-api.module.js';

interface Operation {
  readonly operationId: string;
  readonly 'x-permission'?: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema: object }> }
  >;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object>; readonly securitySchemes: object };
}
interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const ROLES = Object.keys(ROLE_PERMISSIONS) as Role[];
const SAMPLE_PATH: Readonly<Record<string, string>> = {
  campaignId: 'c1',
  advertiserId: 'adv1',
  adGroupId: 'g1',
  ruleId: 'r1',
  commandId: 'none',
  quarantineId: '6ba7b811-9dad-41d1-80b4-00c04fd430c8',
  backtestId: '6ba7b811-9dad-41d1-80b4-00c04fd430c8',
  replayId: '6ba7b811-9dad-41d1-80b4-00c04fd430c8',
  keyId: '6ba7b811-9dad-41d1-80b4-00c04fd430c8',
};

const SAMPLE_QUERY: Readonly<Record<string, string>> = {
  '/v1/campaigns/{campaignId}/metrics': '?from=2026-11-01T00:00:00Z&to=2036-11-01T00:00:00Z&step=1d',
  '/v1/trends': '?campaignIds=c1,c2',
  '/v1/audit/campaigns/{campaignId}': '?asOf=2026-11-22T15:00:00Z',
  '/v1/audit/campaigns/{campaignId}/metrics':
    '?asOf=2026-11-22T15:00:00Z&from=2026-11-01T00:00:00Z&to=2036-11-01T00:00:00Z&step=1d',
  '/v1/audit/campaigns/{campaignId}/reconciliation': '?from=2026-11-22&to=2026-11-22',
  '/v1/audit/rules/{ruleId}': '?asOf=2026-11-22T15:00:00Z',
  '/v1/audit/events': '?stream=ads-00',
  '/v1/audit/proofs/inclusion': '?position=0',
};
const CONSISTENCY = '/v1/audit/proofs/consistency';
/** How often what is not there yet is asked for again. */
const ASKED_MAX = 1_000;
/** Answers of other kinds. */
const NOT_JSON = ['/v1/stream', '/v1/audit/export'];

let api: TestApi;
let document: Document;
let routes: readonly Route[];
beforeAll(async () => {
  api = await testApi();
  document = (await api.call('GET', '/openapi.json', { token: '' })).body as Document;
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
});
afterAll(() => api.close());

const concrete = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => SAMPLE_PATH[name] ?? 'x');

describe('the OpenAPI document', () => {
  it('is 3.1 and describes every route of the API', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(ROUTES);
  });

  it('has unique operation ids, every path parameter, and answers for each operation', () => {
    expect(new Set(routes.map(({ operation }) => operation.operationId)).size).toBe(routes.length);
    for (const { path, operation } of routes) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? [])
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => name);
      expect(declared.sort()).toEqual(named.sort());
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
      for (const answer of Object.values(operation.responses)) expect(answer.description).not.toBe('');
    }
  });

  it('refers only to what is there, and holds only valid JSON Schema 2020-12', () => {
    const names = Object.keys(document.components.schemas).map((name) => `components/schemas/${name}`);
    const referred = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, place]) => place ?? '',
    );
    expect(referred.filter((name) => !names.includes(name))).toEqual([]);
    const ajv = addFormatsTo(new Ajv2020({ strict: false }));
    for (const schema of everySchema())
      expect({ schema, isValid: ajv.validateSchema(schema) }).toMatchObject({ isValid: true });
  });

  it('would notice a schema that is not one', () => {
    expect(new Ajv2020({ strict: false }).validateSchema({ type: 'number', exclusiveMinimum: true })).toBe(
      false,
    );
  });

  it('needs no token to be read, nor does the page that shows it, nor what tells of what is sent', async () => {
    expect((await api.call('GET', '/asyncapi.json', { token: '' })).body).toMatchObject({
      asyncapi: '3.0.0',
    });
    const page = await api.call('GET', '/docs', { token: '' });
    expect(page.headers.get('content-type')).toContain('text/html');
    for (const asset of ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-init.js']) {
      expect((await api.call('GET', `/docs/${asset}`, { token: '' })).status).toBe(200);
      expect(page.body).toContain(`/docs/${asset}`);
    }
    expect((await api.call('GET', '/docs/package.json', { token: '' })).status).toBe(404);
    expect((await api.call('GET', '/docs/..%2Fpackage.json', { token: '' })).status).toBe(404);
  });
});

describe('the authorization matrix (route × role × token)', () => {
  const guarded = (): Route[] => routes.filter(({ operation }) => operation['x-permission'] !== undefined);
  const ask = async (route: Route, token: string) =>
    (await api.call(route.method, concrete(route.path), { token, headers: { 'last-event-id': '?' } })).status;

  it('guards everything under /v1 and nothing else', () => {
    const open = routes
      .filter(({ operation }) => operation['x-permission'] === undefined)
      .map(({ path }) => path);
    expect(open.sort()).toEqual(['/healthz', '/metrics', '/readyz']);
    expect(
      guarded().every(({ path, operation }) => path.startsWith('/v1/') && operation.security.length === 1),
    ).toBe(true);
  });

  it('answers 401 without a token, with an unknown one, and with a revoked one', async () => {
    const created = (await api.call('POST', '/v1/keys', { body: { role: 'admin' } })).body as {
      keyId: string;
      token: string;
    };
    expect((await api.call('GET', '/v1/keys', { token: created.token })).status).toBe(200);
    await api.call('DELETE', `/v1/keys/${created.keyId}`);
    for (const route of guarded()) {
      for (const token of ['', 'unknown', created.token])
        expect([route, await ask(route, token)]).toEqual([route, 401]);
    }
  });

  it('answers 403 exactly where the role does not grant the permission', async () => {
    const forbidden = new Map<Role, ReadonlySet<Route>>();
    for (const role of ROLES) {
      const token = await api.token(role);
      const refused = new Set<Route>();
      for (const route of guarded()) {
        const status = await ask(route, token);
        expect(status).toBeLessThan(500);
        if (status === 403) refused.add(route);
      }
      forbidden.set(role, refused);
    }
    expect(gaps(ROLE_PERMISSIONS, forbidden)).toEqual([]);
    const planted = {
      ...ROLE_PERMISSIONS,
      auditor: [...ROLE_PERMISSIONS.auditor, 'campaigns:write' as const],
    };
    expect(gaps(planted, forbidden)).toContain('auditor PATCH /v1/campaigns/{campaignId}');
  });

  /** Where what was answered is not what the table says. */
  function gaps(
    table: Readonly<Record<Role, readonly string[]>>,
    forbidden: ReadonlyMap<Role, ReadonlySet<Route>>,
  ): string[] {
    return ROLES.flatMap((role) =>
      guarded()
        .filter(
          (route) =>
            table[role].includes(route.operation['x-permission'] ?? '') === forbidden.get(role)?.has(route),
        )
        .map(({ method, path }) => `${role} ${method} ${path}`),
    );
  }
});

describe('answers', () => {
  it('have the shape that the document promises', async () => {
    await prepare();
    const ajv = addFormatsTo(new Ajv2020({ strict: false }));
    ajv.addSchema({ $id: 'document', components: document.components });
    const asked = routes.filter(
      ({ method, path }) => method === 'GET' && path.startsWith('/v1/') && !NOT_JSON.includes(path),
    );
    for (const { path, operation } of asked) {
      const answer = await answerOf(path);
      const declared = operation.responses[String(answer.status)] ?? operation.responses['default'];
      const schema = Object.values(declared?.content ?? {})[0]?.schema ?? {};
      const validate = ajv.compile(
        JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')) as object,
      );
      expect({
        path,
        status: answer.status,
        isValid: validate(answer.body),
        errors: validate.errors,
      }).toEqual({
        ...{ path, status: answer.status, isValid: true, errors: null },
      });
      expect([path, answer.status === 200 || ABSENT.includes(path)]).toEqual([path, true]);
    }
  });

  /** What is written is folded, and signed once a second, and what is read of it is there a little later; only what is absent is not waited for. */
  async function answerOf(path: string): ReturnType<TestApi['call']> {
    for (let again = 1; ; again += 1) {
      const query = path === CONSISTENCY ? await ofFirstCheckpoint() : (SAMPLE_QUERY[path] ?? '');
      const answer = await api.call('GET', concrete(path) + query);
      if (answer.status === 200 || ABSENT.includes(path) || again === ASKED_MAX) return answer;
      await new Promise((next) => setTimeout(next, 20));
    }
  }

  /** Which sizes are signed is a matter of the clock. */
  async function ofFirstCheckpoint(): Promise<string> {
    const page = (await api.call('GET', '/v1/audit/checkpoints')).body as { items: { size: number }[] };
    const size = page.items[0]?.size ?? 0;
    return `?from=${size}&to=${size}`;
  }

  async function prepare(): Promise<void> {
    const flight = { start: '2026-11-01T05:00:00Z', end: '2036-12-01T05:00:00Z' };
    const budget = { dailyMicros: 5_000_000 };
    const terms = { name: 'Spring', advertiserId: 'adv1', currency: 'USD', timezone: 'America/New_York' };
    await api.call('POST', '/v1/campaigns', {
      body: { campaignId: 'c1', ...terms, flight, budget, pacing: { mode: 'even', tolerance: 0.05 } },
    });
    await api.call('POST', '/v1/rules', {
      body: {
        ...{
          ruleId: 'r1',
          name: '90 percent',
          scope: { campaignIds: ['c1'] },
          severity: 'critical',
          mode: 'active',
        },
        conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
        action: { command: 'PauseCampaign', params: {} },
      },
    });
    await api.call('PUT', '/v1/advertisers/adv1/budget', {
      ...{ body: { currency: 'USD', dailyMicros: 9_000_000 }, headers: { 'if-none-match': '*' } },
    });
    await api.adEvents({
      type: 'impression',
      campaignId: 'c1',
      adGroupId: 'g1',
      price: { model: 'CPM', micros: 1_250_001, currency: 'USD' },
    });
    await api.commandEvents('c1', issued('c1', 1));
    await api.quarantine('schema', '{"type":"impression"}');
  }
});

function everySchema(): object[] {
  const inOperations = routes.flatMap(({ operation }) => [
    ...(operation.parameters ?? []).map(({ schema }) => schema),
    ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
    ...Object.values(operation.responses).flatMap(({ content }) =>
      Object.values(content ?? {}).map(({ schema }) => schema),
    ),
  ]);
  return [...Object.values(document.components.schemas), ...inOperations];
}

function addFormatsTo(ajv: Ajv2020): Ajv2020 {
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  return ajv;
}
