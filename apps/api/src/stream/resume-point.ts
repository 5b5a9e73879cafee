import type { Checkpoint } from '@flightdeck/event-store';
import { decodeCursor, encodeCursor } from '@flightdeck/platform';

/** A place between two events of a follow: `skip` events after the checkpoint have been told. */
export interface FollowPlace {
  readonly checkpoint: Checkpoint;
  readonly skip: number;
}

/**
 * Everything a client has been told, topic by topic: the id of every frame, and so the `Last-Event-ID` of whoever comes back.
 * `pacing` is the change up to which every moved campaign has been told.
 */
export interface ResumePoint {
  readonly commands?: FollowPlace;
  readonly events?: FollowPlace;
  readonly pacing?: Checkpoint;
}

type Wire = readonly [
  commands: readonly [string, number] | 0,
  events: readonly [string, number] | 0,
  pacing: string | 0,
];

/** Fits one line of an event stream. */
export function encodeResumePoint(point: ResumePoint): string {
  const place = (at: FollowPlace | undefined): Wire[0] => (at === undefined ? 0 : [at.checkpoint, at.skip]);
  return encodeCursor([place(point.commands), place(point.events), point.pacing ?? 0] satisfies Wire);
}

/** @throws {ProblemException} 400 when it is not an id that this stream gave out. */
export function decodeResumePoint(id: string): ResumePoint {
  return decodeCursor(id, (wire) => {
    if (!Array.isArray(wire) || wire.length !== 3) return undefined;
    const [commands, events, pacing] = wire as readonly unknown[];
    if (!isPlace(commands) || !isPlace(events) || !(pacing === 0 || typeof pacing === 'string'))
      return undefined;
    return {
      ...(commands === 0 ? {} : { commands: { checkpoint: commands[0], skip: commands[1] } }),
      ...(events === 0 ? {} : { events: { checkpoint: events[0], skip: events[1] } }),
      ...(pacing === 0 ? {} : { pacing }),
    };
  });
}

function isPlace(value: unknown): value is readonly [string, number] | 0 {
  if (value === 0) return true;
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [checkpoint, skip] = value as readonly unknown[];
  return (
    typeof checkpoint === 'string' && typeof skip === 'number' && Number.isSafeInteger(skip) && skip >= 0
  );
}
