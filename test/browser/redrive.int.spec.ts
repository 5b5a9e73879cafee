import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventBridgePeer, type EventBridgePeer } from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, seriousFindings, signIn } from './chromium.js';
import { startPeer, type Peer } from './peer.js';

const RULE = {
  ...{ ruleId: 'spent', name: 'Half is spent', scope: { all: true }, severity: 'critical', mode: 'active' },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.5 }] },
  action: { command: 'PauseCampaign', params: {} },
};

describe('what did not get through, sent once more by hand', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-redrive-'));
  /** Ids of the messages that the receiver of the webhook took. */
  const told: string[] = [];
  let isGone = true;
  let receiver: Server;
  let bus: EventBridgePeer;
  let peer: Peer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    bus = await startEventBridgePeer();
    bus.fault = () => ({ kind: 'entries', failed: () => 'NotAuthorizedForSourceException' });
    receiver = createServer((request, response) => {
      if (!isGone) told.push(String(request.headers['webhook-id']));
      request.resume();
      response.writeHead(isGone ? 410 : 200).end();
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    peer = await startPeer(join(directory, 'data'), {
      FLIGHTDECK_BUS: `eventbridge://ads?region=eu-central-1&endpoint=${encodeURIComponent(bus.url)}`,
      ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      FLIGHTDECK_WEBHOOKS_ALLOW: '127.0.0.0/8',
    });
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await peer.ask('POST', '/v1/webhooks', { url, pattern: { 'detail-type': ['CampaignRegistered'] } });
    await peer.register('spring', 'Spring');
    await peer.ask('POST', '/v1/rules', RULE);
    browser = await openBrowser();
    page = await signIn(browser, peer.url, peer.adminToken);
  });
  afterAll(async () => {
    await browser.close();
    await peer.stop();
    await bus.close();
    receiver.closeAllConnections();
    receiver.close();
    rmSync(directory, { recursive: true, force: true });
  });

  describe('a command', () => {
    const link = (): Locator => page.getByRole('link', { name: 'Pause', exact: true });
    const rows = (): Locator => page.getByRole('table').locator('tbody tr');
    const redrive = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Redrive' }).click();
      await page.getByRole('dialog').getByLabel('Reason').fill('The bus is back.');
      await page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click();
    };
    const inFeed = async (state: string): Promise<void> => {
      await page.getByRole('link', { name: /^Commands/u }).click();
      await rows().filter({ hasText: state }).waitFor();
    };

    it('that the bus refused stands there as failed, with what the bus said', async () => {
      await peer.spend('spring', 'e1', 6_000_000);
      await inFeed('failed');
      await link().click();
      await page
        .getByText(/NotAuthorizedForSourceException/u)
        .first()
        .waitFor();
      expect(bus.taken).toEqual([]);
    });

    it('would be seen not to have gone out if its redrive reached nobody (planted)', async () => {
      await page.route('**/v1/commands/*/redrive', async (route) => {
        const original = new URL(route.request().url()).pathname.replace(/\/redrive$/u, '');
        await route.fulfill({ status: 201, json: (await peer.ask('GET', original)).body });
      });
      bus.fault = undefined;
      await redrive();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await inFeed('failed');
      expect(await rows().filter({ hasText: 'dispatched' }).count()).toBe(0);
      expect(bus.taken).toEqual([]);
      await page.unrouteAll();
    });

    it('is delivered once, however often it is asked for', async () => {
      // The screen asks twice, as after an answer that was lost.
      await page.route('**/v1/commands/*/redrive', async (route) => {
        const headers = { ...route.request().headers(), 'idempotency-key': 'another' };
        await route.fetch({ headers });
        await route.continue();
      });
      await link().click();
      await redrive();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.unrouteAll();
      await inFeed('dispatched');
      await rows()
        .getByText(/: The bus is back\.$/u)
        .locator('visible=true')
        .waitFor();
      expect(await rows().count()).toBe(2);
      expect(bus.taken.map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail) as unknown])).toEqual([
        ['PauseCampaign', expect.objectContaining({ campaignId: 'spring', sequence: 2 })],
      ]);
    });

    it('that nobody has answered yet cannot be sent again, and that is said', async () => {
      await rows().filter({ hasText: 'dispatched' }).getByRole('link').click();
      await redrive();
      await page.getByRole('dialog').getByRole('alert').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      expect(bus.taken).toHaveLength(1);
    });
  });

  describe("a webhook's dead letter", () => {
    const deliveries = (): Locator =>
      page.getByRole('table', { name: /^Deliveries to / }).locator('tbody tr');
    const open = async (): Promise<void> => {
      await page.goto(`${peer.url}/system`);
      await page.getByRole('button', { name: 'Deliveries' }).click();
      await deliveries().first().waitFor();
    };

    it('would be seen to stay dead if its redrive reached nobody (planted)', async () => {
      await open();
      await deliveries().getByText('dead', { exact: true }).waitFor();
      isGone = false;
      await page.route('**/deliveries/*/redrive', (route) => route.fulfill({ status: 202 }));
      const asked = page.waitForResponse(/\/redrive$/u);
      await deliveries().getByRole('button', { name: 'Redrive' }).click();
      await asked;
      await page.unrouteAll();
      await open();
      await deliveries().getByText('dead', { exact: true }).waitFor();
      expect(told).toEqual([]);
    });

    it('reaches its receiver once, and there is nothing left to redrive', async () => {
      await deliveries().getByRole('button', { name: 'Redrive' }).click();
      await deliveries().getByText('delivered', { exact: true }).waitFor();
      expect(await deliveries().getByRole('button', { name: 'Redrive' }).count()).toBe(0);
      expect(await deliveries().count()).toBe(1);
      expect(told).toHaveLength(1);
    });
  });

  describe('a record in quarantine', () => {
    const quarantine = (): Locator => page.getByRole('region', { name: 'Quarantine' });
    const spend = (): Locator => page.locator('[data-campaign="autumn"] [data-column="spend"]');
    const dialog = (): Locator => page.getByRole('dialog');
    const spent = async (): Promise<unknown> =>
      (await peer.ask('GET', '/v1/campaigns/autumn/pacing')).body['spend'];
    const correct = async (): Promise<void> => {
      const record = dialog().getByLabel(/^The record/u);
      await record.fill((await record.inputValue()).replace('EUR', 'USD'));
      await dialog().getByRole('button', { name: 'Send corrected' }).click();
      await dialog().getByRole('status').getByText('accepted', { exact: true }).waitFor();
      await dialog().getByRole('button', { name: 'Done' }).click();
    };

    it('stays there while its cause lasts', async () => {
      await peer.register('autumn', 'Autumn');
      const price = { model: 'CPC', micros: 1_500_000, currency: 'EUR' };
      const click = { eventId: 'q1', type: 'click', campaignId: 'autumn', price };
      await peer.ask('POST', '/v1/events', [{ ...click, occurredAt: new Date().toISOString() }]);
      await page.goto(`${peer.url}/system`);
      await quarantine().getByText('The event is in EUR, its campaign in USD.').waitFor();
      await quarantine().getByRole('button', { name: 'Redrive' }).click();
      await dialog().getByRole('button', { name: 'Send as it came' }).click();
      await dialog().getByRole('status').getByText('quarantined', { exact: true }).waitFor();
      expect(await spent()).toMatchObject({ todayMicros: 0 });
    });

    it('would be seen to wait still if it were called accepted and was not (planted)', async () => {
      await page.route('**/v1/quarantine/*/redrive', (route) =>
        route.fulfill({ json: { outcome: 'accepted', eventId: 'q1' } }),
      );
      await correct();
      await page.unrouteAll();
      await quarantine().getByText('The event is in EUR, its campaign in USD.').waitFor();
      expect(await spent()).toMatchObject({ todayMicros: 0 });
    });

    it('is counted once when its cause is mended, however often it is asked for', async () => {
      await quarantine().getByRole('button', { name: 'Redrive' }).click();
      await correct();
      await quarantine().getByText('Nothing waits here').waitFor();
      await page.getByRole('link', { name: 'Flightdeck, campaigns' }).click();
      await spend().getByText('$1.50').waitFor();
      const { items } = (await peer.ask('GET', '/v1/quarantine?state=redriven')).body;
      const [{ id }] = items as readonly [{ readonly id: string }];
      await peer.ask('POST', `/v1/quarantine/${id}/redrive`, {});
      expect(await spent()).toMatchObject({ todayMicros: 1_500_000 });
    });
  });
});
