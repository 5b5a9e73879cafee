import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@flightdeck/event-store';
import { Pacing } from '@flightdeck/platform';

/** Of the time, while others are busy. Priority alone leaves a job what nobody wants; it still takes caches and memory from them. */
const SHARE = 0.05;
/** Others are busy when they use more than this part of the machine. */
const BUSY_PART = 0.5;
/** Processor times are told in steps of 10 ms. */
const STRETCH_MS = 50;
const MICROS_PER_MS = 1_000;

type Followed = Pick<EventStore, 'follow'>;

/** What a job at the lowest priority follows: between two batches it waits as long as it is asked to. */
export function followedWithCourtesy(
  ledger: Followed,
  pacing: Pick<Pacing, 'breathe'> = pacingBesideOthers(),
): Followed {
  return {
    follow: async function* (selector, from, signal) {
      for await (const batch of ledger.follow(selector, from, signal)) {
        yield batch;
        await pacing.breathe(signal);
      }
    },
  };
}

/** Mostly waits while the machine has other work. */
function pacingBesideOthers(): Pacing {
  return new Pacing({
    ...{ share: SHARE, busyCores: BUSY_PART * cpus().length, stretchMs: STRETCH_MS },
    nowMs: () => performance.now(),
    workedMs: ownMs,
    cpuMs: () => wantedMs() + ownMs(),
    sleep: (ms) => delay(ms),
  });
}

/** Processor time of this process. */
function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROS_PER_MS;
}

/** Processor time of all others; on Linux, which tells them apart, but those of a priority as low as this one's. */
function wantedMs(): number {
  const ownMicros = process.cpuUsage();
  const countedMicros = process.platform === 'linux' ? ownMicros.system : ownMicros.system + ownMicros.user;
  return cpus().reduce(
    (sum, { times }) => sum + times.user + times.sys + times.irq,
    -countedMicros / MICROS_PER_MS,
  );
}
