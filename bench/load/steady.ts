import { setTimeout as pause } from 'node:timers/promises';
import type { System } from './system.js';
import { TrafficBody } from './traffic.js';

/** A request so often. */
const REQUEST_EVERY_MS = 10;

/**
 * Sends so many events a second over the first `campaigns` campaigns until `signal` aborts, none later because another was answered
 * late; says how many were sent. @throws when a request broke or was not taken whole.
 */
export async function steadyTraffic(
  system: System,
  { campaigns, eventsPerSecond, run }: { campaigns: number; eventsPerSecond: number; run: string },
  signal: AbortSignal,
): Promise<number> {
  const perRequest = Math.round((eventsPerSecond * REQUEST_EVERY_MS) / 1_000);
  const body = new TrafficBody(perRequest, campaigns, 0, new Date().toISOString(), run);
  const startedAt = performance.now();
  const failures: unknown[] = [];
  const answers: Promise<void>[] = [];
  for (let request = 0; !signal.aborted; request++) {
    await pause(Math.max(0, startedAt + request * REQUEST_EVERY_MS - performance.now()));
    const bytes = Buffer.from(body.stamped(request * perRequest));
    const sent = system.client.send('POST', '/v1/events', bytes, 'application/x-ndjson');
    answers.push(
      sent.then(
        ({ status, body: answer }) => {
          if (status !== 200 || !answer.includes(`"accepted":${perRequest}`))
            failures.push(new Error(`${status} ${answer.slice(0, 300)}`));
        },
        (error: unknown) => void failures.push(error),
      ),
    );
  }
  await Promise.all(answers);
  if (failures.length > 0)
    throw new Error(`${failures.length} requests of the steady traffic failed.`, { cause: failures[0] });
  return answers.length * perRequest;
}
