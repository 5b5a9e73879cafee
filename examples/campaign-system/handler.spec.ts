import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acknowledgeTo, campaignSystem, type CampaignSystem, type Command, type Outcome } from './handler.js';

const NOW = '2026-11-22T10:00:00.000Z';
const order = (campaignId: string, sequence: number, change: Partial<Command> = {}): Command => ({
  ...{ commandId: `${campaignId}-${sequence}`, command: 'PauseCampaign', campaignId, sequence, params: {} },
  expiresAt: '2026-11-22T10:15:00.000Z',
  ...change,
});
const batch = (...commands: readonly Command[]) => ({
  Records: commands.map((detail, index) => ({ messageId: `m${index}`, body: JSON.stringify({ detail }) })),
});

/** A campaign system in memory, the handler over it, and what both did. */
function opened() {
  const applied: string[] = [];
  const told: (readonly [string, Outcome])[] = [];
  const outcomes = new Map<string, Outcome>();
  const sequences = new Map<string, number>();
  const broken = new Set<string>();
  const system: CampaignSystem = {
    outcomeOf: async (commandId) => outcomes.get(commandId),
    lastSequence: async (campaignId) => sequences.get(campaignId) ?? 0,
    apply: async ({ commandId, campaignId, sequence }) => {
      if (broken.has(commandId)) throw new Error('Not now.');
      applied.push(commandId);
      sequences.set(campaignId, sequence);
      outcomes.set(commandId, 'applied');
      return 'applied';
    },
    nowMs: () => Date.parse(NOW),
  };
  const acknowledge = async (commandId: string, outcome: Outcome): Promise<void> => {
    if (broken.has(`ack ${commandId}`)) throw new Error('No answer.');
    told.push([commandId, outcome]);
  };
  return { applied, told, broken, system, acknowledge, handler: campaignSystem(system, acknowledge) };
}

/** How often a handler applies a command that comes twice. */
async function timesApplied(change: Partial<CampaignSystem>): Promise<number> {
  const { applied, system, acknowledge } = opened();
  const handler = campaignSystem({ ...system, ...change }, acknowledge);
  await handler(batch(order('c1', 1), order('c1', 1)));
  return applied.length;
}

describe('the sample campaign system', () => {
  it('applies a command once, however often it comes, and acknowledges each time', async () => {
    const { handler, applied, told } = opened();
    expect(await handler(batch(order('c1', 1), order('c1', 1)))).toEqual({ batchItemFailures: [] });
    expect(applied).toEqual(['c1-1']);
    expect(told).toEqual([
      ['c1-1', 'applied'],
      ['c1-1', 'applied'],
    ]);
  });

  it('would apply it twice if it remembered nothing (planted)', async () => {
    expect(await timesApplied({})).toBe(1);
    expect(await timesApplied({ outcomeOf: async () => undefined, lastSequence: async () => 0 })).toBe(2);
  });

  it('applies nothing that is older than what it has applied, nor what has expired', async () => {
    const { handler, applied, told } = opened();
    await handler(batch(order('c1', 2), order('c1', 1), order('c1', 3, { expiresAt: NOW })));
    expect(applied).toEqual(['c1-2']);
    expect(told).toEqual([
      ['c1-2', 'applied'],
      ['c1-1', 'superseded'],
    ]);
  });

  it('gives back what failed and what stands behind it, and goes on with other campaigns', async () => {
    const { handler, applied, broken } = opened();
    broken.add('c1-1');
    const commands = batch(order('c1', 1), order('c1', 2), order('c2', 1));
    expect((await handler(commands)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
      'm0',
      'm1',
    ]);
    broken.clear();
    await handler(batch(order('c1', 1), order('c1', 2)));
    expect(applied).toEqual(['c2-1', 'c1-1', 'c1-2']);
  });

  it('acknowledges again, and applies nothing again, when only the acknowledgement failed', async () => {
    const { handler, applied, told, broken } = opened();
    broken.add('ack c1-1');
    expect((await handler(batch(order('c1', 1)))).batchItemFailures).toHaveLength(1);
    broken.clear();
    await handler(batch(order('c1', 1)));
    expect([applied, told]).toEqual([['c1-1'], [['c1-1', 'applied']]]);
  });
});

describe('the acknowledgement', () => {
  it.each([
    [200, 'is done'],
    [409, 'is done'],
    [503, 'comes again'],
  ])('answered with %d %s', async (status, what) => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url, request.headers.authorization);
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const done = acknowledgeTo(`http://127.0.0.1:${port}`, 'secret')('c1-1', 'applied');
    await expect(done.then(() => 'is done').catch(() => 'comes again')).resolves.toBe(what);
    expect(asked).toEqual(['/v1/commands/c1-1/ack', 'Bearer secret']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
