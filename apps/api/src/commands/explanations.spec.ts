import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeJson, STREAM } from '@flightdeck/contracts';
import { conditionsOf, factsUsed, type CommandEvent, type RuleEvent } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { Random } from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomDecision, TREE_FACTS, type RandomDecision } from '../testing/random-decisions.js';
import { explain } from './explanation.js';

const COMMANDS = 1_000;
const PLANTED = 100;
const SEED = 20_261_126;
const directory = mkdtempSync(join(tmpdir(), 'flightdeck-explanations-'));

let store: EventStore;
beforeAll(async () => {
  store = await lmdbEventStore(directory);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

async function append(stream: string, event: RuleEvent | CommandEvent): Promise<void> {
  const stored = {
    id: randomUUID(),
    type: event.type,
    data: encodeJson(event.data),
    metadata: encodeJson({}),
  };
  await store.append(stream, [stored], 'any');
}

/** Stores the decision as it was recorded, or as `record` has it, and explains it from the ledger alone. */
async function explained(
  campaignId: string,
  { rule, ruleEvent, issued }: RandomDecision,
  record = issued,
): Promise<NonNullable<Awaited<ReturnType<typeof explain>>>> {
  await append(STREAM.rule(rule.ruleId), ruleEvent);
  await append(STREAM.command(campaignId), record);
  const told = await explain(store, campaignId, issued.data.commandId);
  if (told === undefined) throw new Error('There is no such command.');
  return told;
}

const treeFactsOf = ({ rule }: RandomDecision): readonly string[] =>
  factsUsed(conditionsOf(rule)).filter((name) => TREE_FACTS.includes(name));

/** Those without which the conditions cannot hold. */
function decisiveFactsOf({ rule }: RandomDecision): readonly string[] {
  const conditions = conditionsOf(rule);
  return 'all' in conditions ? conditions.all.flatMap((node) => ('fact' in node ? [node.fact] : [])) : [];
}

describe('a thousand decisions on the budget tree and on spend in flight', () => {
  it('are each explained by the facts they were made of, and come out the same once more', async () => {
    const random = new Random(SEED);
    const seen = new Set<string>();
    let same = 0;
    for (let n = 0; n < COMMANDS; n += 1) {
      const campaignId = `c${n}`;
      const decision = randomDecision(random, campaignId);
      const told = await explained(campaignId, decision);
      expect(told.conditions?.['result']).toBe(true);
      for (const fact of factsUsed(conditionsOf(decision.rule)))
        expect([fact, told.facts[fact]]).toEqual([fact, decision.facts(fact)]);
      for (const [fact, range] of Object.entries(told.factRanges))
        expect([fact, range === null || range.toRevision === told.cause.revision]).toEqual([fact, true]);
      for (const fact of Object.keys(told.facts).filter((name) => name.includes('.advertiser.')))
        expect(told.factRanges[fact]).toMatchObject({ stream: 'ads-02', fromRevision: 0, siblings: true });
      expect(told.factRanges['campaign.status']).toBeNull();
      treeFactsOf(decision).forEach((fact) => seen.add(fact));
      if (told.reevaluation?.same === true) same += 1;
    }
    expect(same).toBe(COMMANDS);
    expect([...seen].sort()).toEqual([...TREE_FACTS].sort());
  });

  it.each<
    [string, (facts: Readonly<Record<string, unknown>>, fact: string) => Readonly<Record<string, unknown>>]
  >([
    [
      'a sum over the tree is not written down',
      (facts, fact) => Object.fromEntries(Object.entries(facts).filter(([name]) => name !== fact)),
    ],
    ['a sum over the tree is another by then', (facts, fact) => ({ ...facts, [fact]: 'another' })],
  ])('are caught when %s', async (what, forge) => {
    const random = new Random(SEED);
    let different = 0;
    for (let n = 0; n < PLANTED; n += 1) {
      const campaignId = `${what.replaceAll(' ', '-')}-${n}`;
      const decision = randomDecision(random, campaignId);
      const { issued } = decision;
      if (issued.type !== 'CommandIssued') throw new Error('It is not issued.');
      const facts = forge(
        issued.data.facts,
        random.pick(decisiveFactsOf(decision)),
      ) as typeof issued.data.facts;
      const forged: CommandEvent = { ...issued, data: { ...issued.data, facts } };
      if ((await explained(campaignId, decision, forged)).reevaluation?.same === false) different += 1;
    }
    expect(different).toBe(PLANTED);
  });
});
