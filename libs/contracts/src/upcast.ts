import { decodeJson, encodeJson } from './codec.js';

/**
 * A stored shape that a later release has replaced. The stored event stays as it is; it is read as what it would be today.
 * A shape that only gains optional fields needs none of this: it keeps its type.
 */
export interface Upcaster {
  /** The type under which the older shape is stored, `ImpressionRecorded` for one. */
  readonly from: string;
  /** The type of the next shape, which may have an upcaster of its own. */
  readonly to: string;
  readonly data: (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;
}

export type Upcasters = ReadonlyMap<string, Upcaster>;

/** Steps from the oldest shape to today's; a longer way would be a circle. */
const STEPS_MAX = 16;

/** Every upcaster, by the type it reads. Version 1 is the first that was released, so there is none yet. */
export const UPCASTERS: Upcasters = new Map();

/** What an event of an older type is today: its type, and its data anew. Undefined for a type without an upcaster. */
export function upcast(
  type: string,
  data: Uint8Array,
  upcasters: Upcasters,
): { readonly type: string; readonly data: Uint8Array } | undefined {
  let step = upcasters.get(type);
  if (step === undefined) return undefined;
  let value = decodeJson<Record<string, unknown>>(data);
  for (let steps = 0; ; steps++) {
    if (steps === STEPS_MAX) throw new Error(`The upcasters of '${type}' lead in a circle.`);
    value = step.data(value);
    const next = upcasters.get(step.to);
    if (next === undefined) return { type: step.to, data: encodeJson(value) };
    step = next;
  }
}
