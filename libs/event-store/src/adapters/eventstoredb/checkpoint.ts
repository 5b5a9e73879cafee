import type { Checkpoint } from '../../event-store.js';
import type { AllPosition } from './requests.js';

const FORM = /^(?:0|[1-9][0-9]{0,19}):(?:0|[1-9][0-9]{0,19})$/;

/** A checkpoint is the commit and prepare position of the last event that was considered; `start` before the first. */
export function checkpointOf(position: AllPosition | undefined): Checkpoint {
  return position === undefined ? 'start' : `${position.commit}:${position.prepare}`;
}

/** Whether this store can have given it. */
export function isCheckpoint(checkpoint: Checkpoint): boolean {
  return checkpoint === 'start' || FORM.test(checkpoint);
}

/** @throws {TypeError} for what this store cannot have given. */
export function positionOf(checkpoint: Checkpoint): AllPosition | undefined {
  if (checkpoint === 'start') return undefined;
  if (!isCheckpoint(checkpoint))
    throw new TypeError(`${JSON.stringify(checkpoint)} is not a checkpoint of this event store.`);
  const [commit = '', prepare = ''] = checkpoint.split(':');
  return { commit, prepare };
}

/** Whether a place is at or past another. */
export function isAtOrPast(place: AllPosition | undefined, other: AllPosition): boolean {
  return place !== undefined && BigInt(place.commit) >= BigInt(other.commit);
}
