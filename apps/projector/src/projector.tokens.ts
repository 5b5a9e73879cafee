/** Nest injection token of the process's projector. */
export const PROJECTOR = Symbol('Projector');
