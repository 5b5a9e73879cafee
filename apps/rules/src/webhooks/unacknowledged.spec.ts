import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { webhookSecret } from '@flightdeck/bus';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { RulesFixture, until } from '../testing/rules-fixture.module.js';
import { DeliveryLog } from './delivery-log.js';

const KEY = Buffer.alloc(32, 7);
const ALERTS = { 'detail-type': ['CommandUnacknowledged'], detail: { severity: ['critical'] } };
const ONCE = ['CommandIssued', 'CommandDispatched'] as const;
const WITHIN_MS = 120_000;

interface Told {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

let at: RulesFixture;
let receiver: Server;
/** What came with a signature that verifies, in order, and how often one came that does not. */
let got: { readonly id: string; readonly told: Told }[];
let unsigned: number;

const webhooks = { key: KEY, allow: ['127.0.0.0/8'] };

beforeEach(async () => {
  got = [];
  unsigned = 0;
  const verifier = new Webhook(webhookSecret(KEY, 'alerts', 1));
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      try {
        const told = verifier.verify(body, request.headers as Record<string, string>) as Told;
        got.push({ id: String(request.headers['webhook-id']), told });
        response.writeHead(204).end();
      } catch {
        unsigned += 1;
        response.writeHead(401).end();
      }
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  at = new RulesFixture();
  at.nowMs = Date.now() - 2 * WITHIN_MS; // a receiver refuses a signature of another time than its own, by five minutes
});
afterEach(async () => {
  jest.restoreAllMocks();
  await at.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

async function begin(key: Uint8Array = KEY): Promise<void> {
  await at.start({ webhooks: { ...webhooks, key } });
  const { port } = receiver.address() as AddressInfo;
  await at.createWebhook('alerts', `http://127.0.0.1:${port}/alerts`, ALERTS);
  await at.createRule('r1', { guards: { evenWhenNotServing: true } });
}

/** A command of the campaign goes out, and nobody answers it. */
async function leaveUnanswered(campaignId: string): Promise<void> {
  await at.register(campaignId);
  at.readModels.spend(campaignId, 4_800_000, 1);
  await at.settledAs(campaignId, ...ONCE);
  at.nowMs += WITHIN_MS + 1_000;
  await until(`${campaignId} is an alert`, async () =>
    (await at.typesOf(campaignId)).includes('CommandUnacknowledged'),
  );
}

const alertsOf = (campaignId: string) => got.filter(({ told }) => told.detail['campaignId'] === campaignId);

/** One alert, a restart, and another alert after it. */
async function overRestart(): Promise<void> {
  await begin();
  await leaveUnanswered('c1');
  await until('posted', () => got.length > 0);
  await at.restart({ webhooks });
  await leaveUnanswered('c2');
  await until('posted after the restart', () => alertsOf('c2').length > 0);
}

describe('a command that nobody answers', () => {
  it('is told to a webhook: signed, with the command and how grave it is, once, over a restart', async () => {
    await overRestart();
    expect(got).toHaveLength(2);
    const [first] = alertsOf('c1');
    expect(first?.told).toMatchObject({
      ...{ source: 'flightdeck.commands', 'detail-type': 'CommandUnacknowledged' },
      detail: { campaignId: 'c1', severity: 'critical' },
    });
    expect(first?.told.detail['commandId']).toBe(at.first.commandId);
    expect(new Set(got.map(({ id }) => id)).size).toBe(2);
    expect(unsigned).toBe(0);
  });

  it('would be told again if nothing was written down of what was posted (planted)', async () => {
    jest.spyOn(DeliveryLog.prototype, 'record').mockResolvedValue(undefined);
    await overRestart();
    await until('posted again', () => alertsOf('c1').length > 1);
    expect(new Set(alertsOf('c1').map(({ id }) => id)).size).toBe(1); // under the same id
  });

  it('is not believed when it is signed with another key (planted)', async () => {
    await begin(Buffer.alloc(32, 8));
    await leaveUnanswered('c1');
    await until('refused', () => unsigned > 0);
    expect(got).toEqual([]);
  });
});
