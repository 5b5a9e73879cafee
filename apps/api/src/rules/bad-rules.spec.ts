import { commandIdOf, thresholdOf } from '@flightdeck/contracts';
import { firingName, formatInstant, type CommandEvent, type FactValue } from '@flightdeck/domain';
import { Random } from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { explain } from '../commands/explanation.js';
import { issued, NOW_MS } from '../testing/fixtures.js';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const DEEP = 20_000;
const MIB = 1024 * 1024;
const COMPARISON = '{"fact":"ctr.today","operator":"lessThan","value":1}';
const ACTION = '"action":{"command":"PauseCampaign","params":{}},"severity":"critical","mode":"active"';
const bodyOf = (conditions: string): string =>
  `{"ruleId":"bad","name":"Bad","scope":{"all":true},"conditions":${conditions},${ACTION}}`;
const all = (comparison: string): string => bodyOf(`{"all":[${comparison}]}`);

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await testApi();
  const made = await api.call('POST', '/v1/keys', { body: { role: 'admin', name: 'bad rules' } });
  token = (made.body as { token: string }).token;
});
afterAll(() => api.close());

async function send(
  body: string,
  method = 'POST',
  path = '/v1/rules',
): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-match': '*' };
  const response = await fetch(api.url + path, { method, headers, body });
  return { status: response.status, text: await response.text() };
}

describe('a bad rule', () => {
  it.each([
    ['groups nested 20,000 deep', bodyOf('{"all":['.repeat(DEEP) + COMPARISON + ']}'.repeat(DEEP))],
    ['denials nested 20,000 deep', bodyOf('{"not":'.repeat(DEEP) + COMPARISON + '}'.repeat(DEEP))],
    [
      'a value nested 20,000 deep',
      all(`{"fact":"ctr.today","operator":"equal","value":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`),
    ],
    ['10 MiB', all(`{"fact":"ctr.today","operator":"equal","value":"${'x'.repeat(10 * MIB)}"}`)],
    ['a prototype among its conditions', bodyOf('{"__proto__":{"all":[]},"all":[]}')],
    ['a constructor for a fact', all('{"fact":"constructor","operator":"equal","value":1}')],
    ['a prototype for a fact', all('{"fact":"__proto__","operator":"equal","value":1}')],
    ['an inherited operator', all('{"fact":"ctr.today","operator":"toString","value":1}')],
    ['a regular expression', all('{"fact":"campaign.status","operator":"regex","value":"(a+)+$"}')],
    ['a path', all('{"fact":"ctr.today","operator":"lessThan","value":1,"path":"$..[?(@.constructor)]"}')],
    ['a shared condition that is none', bodyOf('{"condition":"constructor"}')],
  ])('with %s is refused in words, stored nowhere, and the process lives', async (_, body) => {
    for (const [method, path] of [
      ['POST', '/v1/rules'],
      ['POST', '/v1/rules/preview'],
      ['PUT', '/v1/rules/bad'],
    ]) {
      const { status, text } = await send(body, method, path);
      expect([400, 413, 422]).toContain(status);
      expect((JSON.parse(text) as { title?: string }).title).toEqual(expect.any(String));
    }
    expect((await api.call('GET', '/v1/rules')).body).toMatchObject({ items: [] });
  });

  it('is caught: a good one is stored', async () => {
    expect((await send(bodyOf(`{"all":[${COMPARISON}]}`).replace('"bad"', '"good"'))).status).toBe(201);
  });
});

const FACTS = ['ctr.today', 'spend.today', 'utilization.today', 'pacing.index'] as const;
const COMMANDS = 1_000;
const CAMPAIGNS = 40;
const REVISIONS = 20;

function ruleOf(revision: number, random: Random) {
  const any = FACTS.map((fact) => ({ fact, operator: 'greaterThan', value: random.between(1, 90) }));
  const said = { name: `Revision ${revision}`, scope: { all: true }, severity: 'critical', mode: 'active' };
  return { ...said, conditions: { any }, action: { command: 'PauseCampaign', params: {} } } as const;
}

describe('a thousand explanations', () => {
  it('decide the same once more, whatever the rule and the facts; one with another fact does not', async () => {
    const random = new Random(20261126);
    const rules = Array.from({ length: REVISIONS }, (_, revision) => ruleOf(revision, random));
    for (const rule of rules)
      expect((await send(JSON.stringify(rule), 'PUT', '/v1/rules/many')).status).toBeLessThan(300);
    let same = 0;
    let forged = 0;
    for (let campaign = 0; campaign < CAMPAIGNS; campaign += 1) {
      const campaignId = `c${campaign}`;
      const events = Array.from({ length: COMMANDS / CAMPAIGNS }, (_, n): CommandEvent => {
        const ruleRevision = random.between(0, REVISIONS - 1);
        const rule = rules[ruleRevision];
        if (rule === undefined) throw new Error('There is such a revision.');
        const hit = random.pick(FACTS);
        const facts: Record<string, FactValue> = {};
        for (const fact of FACTS) facts[fact] = fact === hit ? 91 : random.pick([null, 0, 0.5, 50]);
        const day = `2026-0${1 + Math.floor(n / 9)}-1${n % 9}`;
        const threshold = thresholdOf(rule);
        const firing = { period: day, day, threshold, at: formatInstant(NOW_MS) };
        const name = firingName({ ruleId: 'many', ruleRevision, campaignId }, firing, {}, undefined);
        const over = { commandId: commandIdOf(name), ruleId: 'many', ruleRevision, facts, ...firing };
        return issued(campaignId, n + 1, over);
      });
      await api.commandEvents(campaignId, ...events);
      for (const event of events)
        if ((await explain(api.store, campaignId, event.data.commandId))?.reevaluation?.same === true)
          same += 1;
      const lie = issued(`${campaignId}x`, 1, {
        ...(events[0]?.data as object),
        campaignId: `${campaignId}x`,
        facts: {},
      });
      await api.commandEvents(`${campaignId}x`, lie);
      if ((await explain(api.store, `${campaignId}x`, lie.data.commandId))?.reevaluation?.same === false)
        forged += 1;
    }
    expect([same, forged]).toEqual([COMMANDS, CAMPAIGNS]);
  });
});
