import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, one of which could take a port before its process listens. */
const FROM = 20_000;
const COUNT = 12_000;
/** Ports that a process looks among first: others, at the same time, look among others. */
const SLICE = 48;
const ATTEMPTS_MAX = 200;

/** Handed out by this process, which may not be listened on yet. */
const given = new Set<number>();

/**
 * The port, or one that is free on loopback now in place of 0, and that was not given before: a process that is started again has to
 * listen where it did.
 * @param random uniform in [0, 1). @throws when so many tries found none.
 */
export async function settledPort(port: number, random: () => number): Promise<number> {
  if (port !== 0) return port;
  const own = FROM + (process.pid % (COUNT / SLICE)) * SLICE;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const isOwn = attempt < ATTEMPTS_MAX / 2;
    const candidate = isOwn ? own + Math.floor(random() * SLICE) : FROM + Math.floor(random() * COUNT);
    if (given.has(candidate) || !(await isFree(candidate))) continue;
    given.add(candidate);
    return candidate;
  }
  throw new Error('No free port was found.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
