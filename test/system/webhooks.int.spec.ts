import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

const CAMPAIGNS = 12;
const RULE = {
  ...{ ruleId: 'spent', name: 'Spent', scope: { all: true }, severity: 'critical', mode: 'active' },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  action: { command: 'PauseCampaign', params: {} },
};

interface Told {
  readonly 'detail-type': string;
  readonly source: string;
  readonly detail: { readonly commandId: string; readonly campaignId: string };
}
interface Hook {
  readonly webhookId: string;
  readonly secret: string;
}
interface Delivery {
  readonly deliveryId: string;
  readonly state: string;
  readonly attempts: number;
}

describe('webhooks of a process that is killed, to a receiver that fails', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-webhooks-'));
  const got: { readonly path: string; readonly id: string; readonly told: Told }[] = [];
  let status: (path: string, count: number) => number = () => 200;
  let hooks: Server;
  let base: string;
  let server: FlightdeckProcess;
  const secrets = new Map<string, string>();

  const start = (): Promise<FlightdeckProcess> =>
    startFlightdeck({ dataDir, env: { FLIGHTDECK_WEBHOOKS_ALLOW: '127.0.0.0/8' } });
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${said}`);
    return said === '' ? undefined : (JSON.parse(said) as unknown);
  };
  const hook = async (path: string, pattern: unknown): Promise<Hook> => {
    const made = (await ask('POST', '/v1/webhooks', { url: `${base}${path}`, pattern })) as Hook;
    secrets.set(path, made.secret);
    return made;
  };
  const deliveries = async ({ webhookId }: Hook, state: string): Promise<readonly Delivery[]> =>
    (
      (await ask('GET', `/v1/webhooks/${webhookId}/deliveries?state=${state}&limit=100`)) as {
        items: Delivery[];
      }
    ).items;
  const register = (campaignId: string): Promise<unknown> =>
    ask('POST', '/v1/campaigns', {
      ...{ campaignId, name: campaignId, advertiserId: 'adv1', currency: 'USD', timezone: 'UTC' },
      flight: { start: new Date(Date.now() - 86_400_000), end: new Date(Date.now() + 86_400_000) },
      ...{ budget: { dailyMicros: 1_000_000 }, pacing: { mode: 'even', tolerance: 0.05 } },
    });

  beforeAll(async () => {
    hooks = createServer((request, response) => {
      void text(request).then((body) => {
        const path = request.url ?? '';
        const told = new Webhook(secrets.get(path) ?? '').verify(
          body,
          request.headers as Record<string, string>,
        ) as Told;
        const answer = status(path, got.length);
        if (answer < 300) got.push({ path, id: String(request.headers['webhook-id']), told });
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}`;
    server = await start();
    for (let campaign = 0; campaign < CAMPAIGNS; campaign += 1) await register(`c${campaign}`);
  }, 60_000);
  afterAll(async () => {
    await server.stop('SIGTERM');
    hooks.closeAllConnections();
    hooks.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('tells each command under one id, signed, and nothing that was not asked for', async () => {
    const commands = await hook('/commands', {
      source: ['flightdeck.rules'],
      detail: { severity: ['critical'] },
    });
    await hook('/never', { 'detail-type': [{ prefix: 'Resume' }] });
    await ask('POST', '/v1/rules', RULE);
    let killed: Promise<unknown> | undefined;
    status = (_, count) => {
      if (count === CAMPAIGNS / 2) killed ??= server.stop('SIGKILL');
      return 200;
    };
    await spend(0, CAMPAIGNS);
    while (killed === undefined) await turn();
    await killed;
    status = () => 200;
    server = await start();
    while ((await deliveries(commands, 'delivered')).length < CAMPAIGNS) await turn();
    const issued = ((await ask('GET', '/v1/commands?limit=100')) as { items: { commandId: string }[] }).items;
    const told = new Map(got.map((one) => [one.id, one]));
    expect(told.size).toBe(CAMPAIGNS);
    expect([...told.values()].map(({ told: { detail } }) => detail.commandId).sort()).toEqual(
      issued.map(({ commandId }) => commandId).sort(),
    );
    expect(new Set(got.map(({ path }) => path))).toEqual(new Set(['/commands']));
    expect(new Set(got.map((one) => one.told['detail-type']))).toEqual(new Set(['PauseCampaign']));
  }, 60_000);

  it('keeps what the receiver refuses, tries it again, and sends a dead letter once more when asked', async () => {
    const before = got.length;
    const alerts = await hook('/campaigns', {
      source: ['flightdeck.campaigns'],
      'detail-type': ['CampaignRegistered'],
    });
    status = () => 410;
    await register('late');
    let dead: readonly Delivery[] = [];
    while (dead.length === 0) dead = await deliveries(alerts, 'dead');
    expect(dead).toMatchObject([{ state: 'dead', attempts: 1 }]);
    status = () => 200;
    await server.stop('SIGKILL');
    server = await start();
    await ask('POST', `/v1/webhooks/${alerts.webhookId}/deliveries/${dead[0]?.deliveryId ?? ''}/redrive`);
    while ((await deliveries(alerts, 'delivered')).length === 0) await turn();
    const late = got.slice(before);
    expect(late).toMatchObject([{ path: '/campaigns', told: { detail: { campaignId: 'late' } } }]);
    expect(late[0]?.id).toBe(dead[0]?.deliveryId);
  }, 60_000);

  function spend(from: number, to: number): Promise<unknown> {
    const events = Array.from({ length: to - from }, (_, index) => ({
      ...{ eventId: `e${from + index}`, type: 'click', campaignId: `c${from + index}` },
      occurredAt: new Date().toISOString(),
      price: { model: 'CPC', micros: 950_000, currency: 'USD' },
    }));
    return ask('POST', '/v1/events', events);
  }
});

/** Lets some time go by between two looks. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
