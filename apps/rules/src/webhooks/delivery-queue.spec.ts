import { encodeJson, STREAM } from '@flightdeck/contracts';
import type { DeliveryEvent } from '@flightdeck/domain';
import type { Batch, StoredEvent } from '@flightdeck/event-store';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BEGINNING,
  DeliveryQueue,
  IN_FLIGHT_MAX,
  WAITING_MAX,
  type Pending,
  type Places,
} from './delivery-queue.js';

const NOW_MS = Date.parse('2026-11-22T10:00:00.000Z');
const AT = '2026-11-22T10:00:00.000Z';
const LATER = '2026-11-22T10:05:00.000Z' as const;

/** What the ledger holds, in its order: news of commands, and what became of their deliveries. */
type Line = { readonly kind: 'news' } | { readonly kind: 'outcome'; readonly event: DeliveryEvent };

function stored(stream: string, revision: number, type: string, data: unknown): StoredEvent {
  return {
    ...{ id: '', stream, revision, type, recordedAtMs: NOW_MS },
    data: encodeJson(data),
    metadata: encodeJson({}),
  };
}

/** A ledger with one webhook, w1, that is told of everything, and the queue over it. Checkpoints are places in `lines`. */
class World {
  readonly lines: Line[] = [];
  queue = new DeliveryQueue(BEGINNING);

  news(): void {
    this.lines.push({ kind: 'news' });
    this.tell(this.lines.length - 1);
  }

  end(one: Pending, nextAt: typeof LATER | null | 'delivered'): void {
    const { deliveryId, source, detailType } = one;
    const of = { deliveryId, source, detailType, at: AT, attempt: one.attempts + 1 };
    this.say(
      nextAt === 'delivered'
        ? { type: 'DeliverySucceeded', data: { ...of, status: 200 } }
        : { type: 'DeliveryFailed', data: { ...of, status: 500, error: 'no', nextAt } },
    );
    one.attempts += 1;
    this.queue.landed(one, nextAt === LATER ? Date.parse(LATER) : undefined);
  }

  say(event: DeliveryEvent): void {
    this.lines.push({ kind: 'outcome', event });
    this.outcome(this.lines.length - 1);
  }

  /** A process that begins where the last one wrote down, and reads on from there as the ledger is. */
  restart(from: Places): void {
    this.queue = new DeliveryQueue(from);
    const first = (place: string): number => (place === 'start' ? 0 : Number(place));
    for (let at = first(from.outcomes); at < this.lines.length; at += 1)
      if (this.lines[at]?.kind === 'outcome') this.outcome(at);
    for (let at = first(from.sources.command); at < this.lines.length; at += 1)
      if (this.lines[at]?.kind === 'news') this.tell(at);
  }

  private tell(at: number): void {
    const event = stored(STREAM.command('c1'), at, 'CommandIssued', {});
    this.queue.enqueue('w1', event, 'PauseCampaign', 'command', NOW_MS);
    this.queue.settle('command', this.batch(at, [event]));
  }

  private outcome(at: number): void {
    const line = this.lines[at];
    if (line?.kind !== 'outcome') return;
    const event = stored(STREAM.delivery('w1'), at, line.event.type, line.event.data);
    this.queue.foldOutcomes(this.batch(at, [event]), NOW_MS);
  }

  private batch(at: number, events: readonly StoredEvent[]): Batch {
    return { events, checkpoint: String(at + 1), caughtUp: at + 1 === this.lines.length };
  }
}

const waiting = (queue: DeliveryQueue): readonly string[] => {
  const left: string[] = [];
  for (;;) {
    const taken = queue.take(Number.MAX_SAFE_INTEGER);
    if (taken.length === 0) return left.sort();
    for (const one of taken) {
      left.push(`${one.source.revision} ${one.attempts}`);
      queue.landed(one, undefined);
    }
  }
};

type Step = 'news' | 'deliver' | 'fail' | 'bury' | 'redrive' | 'save';
const stepsArb = fc.array(
  fc.constantFrom<Step>('news', 'news', 'deliver', 'fail', 'bury', 'redrive', 'save'),
  {
    maxLength: 40,
  },
);

/** Plays steps, restarts from the places saved last, and says what waits before and after. */
function play(
  steps: readonly Step[],
  placesOf: (queue: DeliveryQueue) => Places,
): [readonly string[], readonly string[]] {
  const world = new World();
  const buried: Pending[] = [];
  let saved = BEGINNING;
  for (const step of steps) {
    if (step === 'save') saved = placesOf(world.queue);
    if (step === 'news') world.news();
    if (step === 'redrive') {
      const one = buried.pop();
      if (one === undefined) continue;
      const { deliveryId, source, detailType } = one;
      world.say({ type: 'DeliveryRedriven', data: { deliveryId, source, detailType, at: AT, actor: 'ann' } });
    }
    if (step !== 'deliver' && step !== 'fail' && step !== 'bury') continue;
    const [one, ...others] = world.queue.take(Number.MAX_SAFE_INTEGER);
    for (const other of others) world.queue.landed(other, other.dueMs);
    if (one === undefined) continue;
    if (step === 'bury') buried.push(one);
    world.end(one, ({ deliver: 'delivered', fail: LATER, bury: null } as const)[step]);
  }
  const after = new World();
  after.lines.push(...world.lines);
  after.restart(saved);
  return [waiting(world.queue), waiting(after.queue)];
}

describe('what is to be posted', () => {
  it('is the same after a restart, from whatever places were saved last', () => {
    fc.assert(
      fc.property(stepsArb, (steps) => {
        const [before, after] = play(steps, (queue) => queue.places);
        expect(after).toEqual(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it('would be lost if the places were those that were read last', () => {
    const careless = (queue: DeliveryQueue): Places => ({
      sources: { ...BEGINNING.sources, command: queue.position('command') },
      outcomes: queue.outcomesPosition,
    });
    const [before, after] = play(['news', 'save'], careless);
    expect([before, after]).toEqual([['0 0'], []]);
  });

  it('is posted so many at a time, and not before it is due', () => {
    const { queue } = withNews(IN_FLIGHT_MAX + 2);
    const taken = queue.take(NOW_MS);
    expect(taken).toHaveLength(IN_FLIGHT_MAX);
    expect(queue.take(NOW_MS)).toEqual([]);
    for (const one of taken) queue.landed(one, NOW_MS + 1_000);
    expect(queue.take(NOW_MS)).toHaveLength(2);
    expect(queue.untilDueMs(NOW_MS)).toBe(1_000);
  });

  it('is bounded: what there is no room for is told', () => {
    const { queue } = withNews(WAITING_MAX);
    const event = stored(STREAM.command('c1'), WAITING_MAX, 'CommandIssued', {});
    expect(queue.enqueue('w1', event, 'PauseCampaign', 'command', NOW_MS)).toMatchObject({ webhookId: 'w1' });
    expect(queue.depth).toBe(WAITING_MAX);
  });

  it('is nothing once the webhook is deleted', () => {
    const { queue } = withNews(3);
    queue.drop('w1');
    expect(queue.take(NOW_MS)).toEqual([]);
  });
});

function withNews(count: number): World {
  const world = new World();
  for (let news = 0; news < count; news += 1) world.news();
  return world;
}
