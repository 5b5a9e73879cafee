import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Coalescer } from './coalesce';

/** A screen whose frames come when the test says so. */
function screen() {
  const due: (() => void)[] = [];
  return {
    schedule: (flush: () => void) => void due.push(flush),
    frame: () => due.splice(0).forEach((run) => run()),
    due,
  };
}

describe('coalescing', () => {
  it('delivers once per frame, the last of each key, and nothing is lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.tuple(fc.nat(5), fc.nat()), fc.constant('frame' as const))),
        (steps) => {
          const { schedule, frame, due } = screen();
          const seen = new Map<number, number>();
          const truth = new Map<number, number>();
          const coalescer = new Coalescer<number, number>(schedule, (latest) => {
            for (const [key, value] of latest) seen.set(key, value);
          });
          for (const step of steps) {
            if (step === 'frame') {
              frame();
              continue;
            }
            coalescer.add(...step);
            truth.set(...step);
            expect(due.length).toBe(1);
            expect(coalescer.size).toBeLessThanOrEqual(6);
          }
          frame();
          expect(seen).toEqual(truth);
        },
      ),
    );
  });

  it('takes what comes while it delivers into the next frame', () => {
    const { schedule, frame } = screen();
    const delivered: string[][] = [];
    const coalescer: Coalescer<string, number> = new Coalescer(schedule, (latest) => {
      delivered.push([...latest.keys()]);
      if (latest.has('a')) coalescer.add('b', 2);
    });
    coalescer.add('a', 1);
    frame();
    frame();
    expect(delivered).toEqual([['a'], ['b']]);
  });

  it('would notice one that keeps the first instead of the last (planted)', () => {
    const { schedule, frame } = screen();
    let got: number | undefined;
    class KeepsFirst extends Coalescer<string, number> {
      private readonly had = new Set<string>();
      override add(key: string, value: number): void {
        if (!this.had.has(key)) super.add(key, value);
        this.had.add(key);
      }
    }
    const planted = new KeepsFirst(schedule, (latest) => (got = latest.get('a')));
    planted.add('a', 1);
    planted.add('a', 2);
    frame();
    expect(got).not.toBe(2);
  });
});
