/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** A small seeded generator (mulberry32), so that a demo looks the same each time it starts. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Above this mean a Poisson count is drawn from its normal approximation. */
const NORMAL_FROM_MEAN = 50;

/** A Poisson-distributed count with the given mean: how many independent events fall into a span. */
export function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  if (mean > NORMAL_FROM_MEAN) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}
