import { formatInstant, type CommandEvent, type ProposedCommand } from '@flightdeck/domain';
import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CommandDesk } from '../desk/command-desk.js';
import { commandFactId } from '../ids.js';
import { rulesStats } from '../stats.js';
import { MemoryStore } from '../testing/memory-store.js';
import { Deadlines } from './deadlines.js';
import { Outbox } from './outbox.js';

const WITHIN_MS = 120_000;
const EXPIRES_MS = 900_000;
const BEGINS_MS = Date.parse('2026-11-22T10:00:00Z');

type Happening =
  | { readonly kind: 'clock'; readonly byMs: number }
  | { readonly kind: 'look' | 'restart' | 'dispatch' | 'acknowledge' | 'hear'; readonly process: number }
  | { readonly kind: 'race' | 'answer-lost' };

interface Told {
  readonly type: CommandEvent['type'];
  readonly atMs: number;
}

interface Process {
  desk: CommandDesk;
  outbox: Outbox;
  deadlines: Deadlines;
  /** How much of the ledger its outbox has heard. */
  heard: number;
}

/** One command and two processes that look after it over one ledger: the real outbox, desk and deadlines. */
class World {
  readonly told: Told[] = [];
  nowMs = BEGINS_MS;
  private readonly ledger: StoredEvent[] = [];
  private readonly store = new MemoryStore((stored) => {
    this.ledger.push(stored);
    this.told.push({ type: decodeEvent<CommandEvent>(stored).type, atMs: this.nowMs });
  });
  private readonly processes: Process[];
  private commandId = '';

  constructor(private readonly planted: (store: EventStore) => EventStore = (store) => store) {
    this.processes = [this.process(), this.process()];
  }

  async begin(): Promise<void> {
    const handled = await this.at(0).desk.handle('c1', {
      ...{ type: 'IssueCommand', at: formatInstant(this.nowMs), proposed: this.proposed(), guards: {} },
      firing: { period: '2026-11-22', day: '2026-11-22', threshold: 't' },
      derive: (name) => commandFactId(name, 'test'),
    });
    if (!handled.ok) throw new Error(handled.rejection.code);
    this.commandId = handled.events[0]?.data.commandId ?? '';
  }

  async happens(one: Happening): Promise<void> {
    const to = { commandId: this.commandId, at: formatInstant(this.nowMs) };
    switch (one.kind) {
      case 'clock':
        this.nowMs += one.byMs;
        return;
      case 'look':
        return this.at(one.process).deadlines.look();
      case 'race':
        await Promise.all([
          this.at(0).deadlines.look(),
          this.at(1).desk.handle('c1', {
            ...{ type: 'AcknowledgeCommand', ...to, outcome: 'applied', actor: 'bidder' },
          }),
          this.at(1).deadlines.look(),
        ]).catch(lost);
        return;
      case 'restart':
        this.processes[one.process] = this.process();
        return;
      case 'hear':
        this.hear(this.at(one.process));
        return;
      case 'dispatch':
        await this.at(one.process)
          .desk.handle('c1', { type: 'RecordDispatched', ...to, bus: 'local', attempts: 1 })
          .catch(lost);
        return;
      case 'acknowledge':
        await this.at(one.process)
          .desk.handle('c1', { type: 'AcknowledgeCommand', ...to, outcome: 'applied', actor: 'bidder' })
          .catch(lost);
        return;
      case 'answer-lost':
        this.store.losesNextAnswer = true;
    }
  }

  private at(index: number): Process {
    const process = this.processes[index];
    if (process === undefined) throw new Error('There are two processes.');
    return process;
  }

  private process(): Process {
    const desk = new CommandDesk(this.planted(this.store));
    const outbox = new Outbox('start');
    const deadlines = new Deadlines({
      ...{ outbox, desk, clock: () => this.nowMs, stats: rulesStats(), acknowledgeWithinMs: WITHIN_MS },
      onError: () => undefined,
    });
    return { desk, outbox, deadlines, heard: 0 };
  }

  private hear(process: Process): void {
    const batch = { events: this.ledger.slice(process.heard), checkpoint: 'start', caughtUp: true };
    process.heard = this.ledger.length;
    process.outbox.settle(batch, process.outbox.fold(batch));
  }

  private proposed(): ProposedCommand {
    return {
      ...{ command: 'PauseCampaign', campaignId: 'c1', advertiserId: null, ruleId: 'r1', ruleRevision: 0 },
      ...{ severity: 'critical', reason: 'Enough.', facts: {}, params: {} },
      ...{ expiresAt: formatInstant(BEGINS_MS + EXPIRES_MS), cause: { stream: 'ads-00', revision: 0 } },
    };
  }
}

const lost = (error: unknown): void => {
  if (!String(error).includes('The answer was lost.')) throw error;
};

/** Says what is wrong, from what the ledger was told and when. */
function wrongWith(told: readonly Told[]): string | undefined {
  const first = (type: Told['type']) => told.findIndex((one) => one.type === type);
  if (told.filter(({ type }) => type === 'CommandUnacknowledged').length > 1) return 'raised twice';
  const alert = first('CommandUnacknowledged');
  const sent = first('CommandDispatched');
  const acknowledged = first('CommandAcknowledged');
  const expired = first('CommandExpired');
  if (alert >= 0 && sent < 0) return 'raised without being sent';
  if (alert >= 0 && acknowledged >= 0 && acknowledged < alert) return 'raised after the answer';
  if (alert >= 0 && expired >= 0 && expired < alert) return 'raised after the end';
  if (alert >= 0) {
    const sentMs = told[sent]?.atMs ?? 0;
    const leftMs = Math.max(0, BEGINS_MS + EXPIRES_MS - sentMs);
    if ((told[alert]?.atMs ?? 0) < sentMs + Math.min(WITHIN_MS, leftMs / 2)) return 'raised too early';
  }
  return expired >= 0 && sent >= 0 && sent < expired && alert < 0 ? 'written off in silence' : undefined;
}

const process = fc.constantFrom(0, 1);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc
    .constantFrom(-60_000, 1_000, 59_000, 120_000, 400_000)
    .map((byMs): Happening => ({ kind: 'clock', byMs })),
  fc.record({
    kind: fc.constantFrom('look', 'look', 'hear', 'hear', 'restart', 'dispatch', 'acknowledge'),
    process,
  }),
  fc.constantFrom<Happening>({ kind: 'race' }, { kind: 'answer-lost' }),
);

const check = (planted?: (store: EventStore) => EventStore) =>
  fc.check(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 30 }), async (list) => {
      const world = new World(planted);
      await world.begin();
      for (const one of list) await world.happens(one);
      return wrongWith(world.told) === undefined;
    }),
    { numRuns: 300, seed: 3 },
  );

describe('the alert that nobody answered', () => {
  it('is raised in time, and at most once', async () => {
    const world = new World();
    await world.begin();
    await world.happens({ kind: 'dispatch', process: 0 });
    for (let round = 0; round < 3; round += 1) {
      for (const index of [0, 1]) {
        await world.happens({ kind: 'hear', process: index });
        await world.happens({ kind: 'look', process: index });
      }
      await world.happens({ kind: 'clock', byMs: WITHIN_MS });
    }
    expect(world.told).toEqual([
      { type: 'CommandIssued', atMs: BEGINS_MS },
      { type: 'CommandDispatched', atMs: BEGINS_MS },
      { type: 'CommandUnacknowledged', atMs: BEGINS_MS + WITHIN_MS },
    ]);
  });

  it('is so whatever restarts, repeats, races, loses its answer or sets the clock', async () => {
    expect((await check()).failed).toBe(false);
  });

  it('would be seen to be raised twice over a ledger that takes anything at its end (planted)', async () => {
    const heads = new Map<string, number>();
    const careless = (store: EventStore): EventStore => ({
      append: async (stream, events) => {
        const head = heads.get(stream);
        const own = events.map((event, i) => ({ ...event, id: `${event.id} ${head ?? 0} ${i}` }));
        const appended = await store.append(stream, own, head ?? 'no-stream');
        if (!appended.ok) {
          heads.set(stream, Number(appended.actual));
          return store.append(stream, own, Number(appended.actual));
        }
        heads.set(stream, appended.revision);
        return appended;
      },
      read: (...asked) => store.read(...asked),
      follow: (...asked) => store.follow(...asked),
      close: () => store.close(),
    });
    const found = await check((store) => {
      heads.clear();
      return careless(store);
    });
    expect(found.failed).toBe(true);
  });
});
