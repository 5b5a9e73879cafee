/** Now, in epoch milliseconds. */
export type Clock = () => number;

/** Nest injection token of the process's clock. */
export const CLOCK = Symbol('Clock');

/** The machine's clock. */
export const systemClock: Clock = () => Date.now();
