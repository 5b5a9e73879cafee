import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, seriousFindings, signIn } from './chromium.js';
import { startPeer, type Peer } from './peer.js';

const RULE = {
  ...{ name: 'Half is spent', scope: { all: true }, severity: 'critical', mode: 'draft' },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.5 }] },
  action: { command: 'PauseCampaign', params: {} },
};

describe('rules in the console', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-rules-'));
  let peer: Peer;
  let browser: Browser;
  let mara: Page;

  beforeAll(async () => {
    peer = await startPeer(join(directory, 'data'), { FLIGHTDECK_APPROVALS: 'required' });
    await peer.register('spring', 'Spring');
    await peer.register('autumn', 'Autumn');
    await peer.spend('spring', 'e1', 3_000_000);
    await peer.spend('spring', 'e2', 3_000_000);
    await peer.spend('autumn', 'e0', 6_000_000);
    await peer.ask('POST', '/v1/campaigns/autumn/pause', { reason: 'It is winter.' });
    browser = await openBrowser();
    mara = await signIn(browser, peer.url, await peer.keyOf('manager', 'Mara'));
  });
  afterAll(async () => {
    await browser.close();
    await peer.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const asPerson = async (role: string, person: string, path: string): Promise<Page> => {
    const page = await signIn(browser, peer.url, await peer.keyOf(role, person));
    await page.goto(peer.url + path);
    return page;
  };
  const value = async (text: string): Promise<void> => {
    await mara.getByLabel('Value').fill(text);
    await mara.getByLabel('Value').press('Enter');
  };

  it('are built on the catalog, with errors at their place, and what they would do now beside them', async () => {
    await mara.goto(`${peer.url}/rules/new`);
    await mara.getByRole('combobox', { name: 'Fact' }).click();
    await mara.getByRole('combobox', { name: 'Fact' }).fill('utilization');
    await mara
      .getByRole('option')
      .filter({ hasText: 'utilization.today' })
      .getByText(/number, ratio · Net spend today/u)
      .waitFor();
    await mara.getByRole('option').filter({ hasText: 'utilization.today' }).click();
    await value('much');
    await mara.getByRole('group', { name: 'All of' }).getByRole('alert').waitFor();
    await mara.getByText('JSON', { exact: true }).click();
    await mara.getByRole('button', { name: /^Line \d+$/u }).click();
    const chosen = await mara.getByLabel('Rule as JSON').evaluate((field) => {
      const { value: text, selectionStart, selectionEnd } = field as unknown as TextField;
      return text.slice(selectionStart, selectionEnd);
    });
    expect(chosen).toMatch(/^\s+"value": "much"/u);
    await mara.getByText('Builder', { exact: true }).click();
    await value('0.5');
    await mara.getByText('Would act on').waitFor();
    const verdict = (name: string) => mara.getByRole('row').filter({ hasText: name });
    await verdict('Spring').getByText('fires', { exact: true }).waitFor();
    await verdict('Autumn').getByText('not serving').waitFor();
    expect(await seriousFindings(mara)).toEqual([]);
  });

  it('are tried on the past with several thresholds beside each other, on what was really spent', async () => {
    await mara.getByLabel('Name').first().fill('Half is spent');
    await mara.getByRole('button', { name: 'Save draft' }).click();
    await mara.getByRole('heading', { level: 1, name: 'Half is spent' }).waitFor();
    await mara.getByText('None yet: the rule was not tried on the past.').waitFor();
    await mara.getByLabel('Thresholds to compare').fill('0.2, 0.5, 0.9');
    await mara.getByRole('button', { name: 'Try on the past' }).click();
    const comparison = mara.getByRole('region', { name: 'Comparison of the thresholds' });
    await comparison.waitFor();
    const commands = await comparison.locator('tbody td:nth-child(2)').allInnerTexts();
    expect(commands).toEqual(['1', '1', '0']);
    await mara
      .getByRole('img', { name: /^What (?:Spring|Autumn) really spent.* 2 would-be commands/u })
      .waitFor();
    await mara.getByRole('region', { name: 'Would-be commands' }).getByText('Pause').first().waitFor();
    await mara.getByRole('region', { name: 'Backtests of this rule' }).getByText('done').waitFor();
    expect(await seriousFindings(mara)).toEqual([]);
  });

  it('whose backtest still runs can be stopped', async () => {
    const list = '**/v1/rules/*/backtests';
    let asked = '';
    await mara.route(list, async (route) => {
      const answer = await route.fetch();
      const { items } = (await answer.json()) as { items: Record<string, unknown>[] };
      const running = { ...items[0], backtestId: '11111111-1111-4111-8111-111111111111', state: 'running' };
      await route.fulfill({ json: { items: asked === '' ? [running, ...items] : items } });
    });
    await mara.route(`${list}/11111111-1111-4111-8111-111111111111`, (route) => {
      asked = route.request().method();
      return route.fulfill({ status: 204 });
    });
    await mara.reload();
    await mara.getByRole('button', { name: 'Cancel' }).click();
    await mara.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' });
    expect(asked).toBe('DELETE');
    await mara.unrouteAll();
  });

  it('are approved by another person, and whoever may not is told why', async () => {
    const author = await peer.keyOf('manager', 'Otto');
    expect((await peer.ask('POST', '/v1/rules', { ...RULE, ruleId: 'spent' }, author)).status).toBe(201);
    await peer.ask('POST', '/v1/rules/spent/submit', { wanted: 'active' }, author);
    const otto = await asPerson('approver', 'Otto', '/rules/spent');
    await otto.getByText('You wrote it: another person has to approve it.').waitFor();
    expect(await otto.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(await seriousFindings(otto)).toEqual([]);
    const ida = await asPerson('approver', 'Ida', '/rules/spent');
    await ida.getByRole('button', { name: 'Approve' }).click();
    await ida.getByRole('dialog').getByLabel('Reason').fill('It is what we agreed on.');
    expect(await seriousFindings(ida)).toEqual([]);
    await ida.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await ida.getByText('active', { exact: true }).first().waitFor();
    await ida.getByText('It is what we agreed on.').waitFor();
  });

  it('would be offered to their author if nobody told who that is (planted), and the server would refuse', async () => {
    const author = await peer.keyOf('manager', 'Ada');
    await peer.ask('POST', '/v1/rules', { ...RULE, ruleId: 'planted' }, author);
    await peer.ask('POST', '/v1/rules/planted/submit', { wanted: 'active' }, author);
    const ada = await signIn(browser, peer.url, await peer.keyOf('approver', 'Ada'));
    await ada.route('**/v1/rules/planted', async (route) => {
      const answer = await route.fetch();
      const rule = (await answer.json()) as { submission: object };
      const by = { authorPerson: 'Nobody', submission: { ...rule.submission, person: 'Nobody' } };
      await route.fulfill({ response: answer, json: { ...rule, ...by } });
    });
    await ada.goto(`${peer.url}/rules/planted`);
    await ada.getByRole('button', { name: 'Approve' }).click();
    await ada.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await ada.getByRole('alert').getByText('Nobody approves their own rule.').waitFor();
  });

  it('say in their list when they last fired', async () => {
    await peer.spend('spring', 'e3', 1_000_000);
    await mara.goto(`${peer.url}/rules`);
    const row = mara.getByRole('row').filter({ hasText: 'active' }).filter({ hasText: 'Half is spent' });
    await row.getByRole('link', { name: /ago$/u }).waitFor();
    await row.getByText('spring').waitFor();
    await mara.getByLabel('State').selectOption('shadow');
    await mara.getByText('No rule is like that').waitFor();
    expect(await seriousFindings(mara)).toEqual([]);
  });

  it('in shadow tell what they would have ordered beside what was ordered', async () => {
    const shadow = { ...RULE, ruleId: 'shadow', name: 'A tenth', mode: 'shadow', severity: 'warning' };
    const conditions = { all: [{ ...RULE.conditions.all[0], value: 0.1 }] };
    await peer.register('summer', 'Summer');
    expect((await peer.ask('POST', '/v1/rules', { ...shadow, conditions })).status).toBe(201);
    await peer.spend('summer', 'e4', 2_000_000);
    await mara.goto(`${peer.url}/rules/shadow`);
    await mara.getByRole('region', { name: 'Shadow report' }).getByText('Only the shadow').waitFor();
    const report = mara.getByRole('region', { name: 'Shadow beside active' });
    await report.getByRole('link', { name: 'summer' }).waitFor({ timeout: 20_000 });
    expect(await seriousFindings(mara)).toEqual([]);
  });
});

/** As much of a text area as is used here. */
interface TextField {
  readonly value: string;
  readonly selectionStart: number;
  readonly selectionEnd: number;
}
