import { sameJson } from '../kernel/same-json.js';
import { isRecord, own, token } from './problem.js';

/** One place that differs: its JSON Pointer (RFC 6901), and what stood there; absent where there was nothing. */
export interface Change {
  readonly pointer: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Told of one revision at most; the whole definitions are in the history too. */
export const CHANGES_MAX = 200;

/** What differs between two JSON values, in the order of the second one's members. Lists are compared place by place. */
export function changesBetween(before: unknown, after: unknown): readonly Change[] {
  return walk(before, after, '').slice(0, CHANGES_MAX);
}

function walk(before: unknown, after: unknown, pointer: string): Change[] {
  if (sameJson(before, after)) return [];
  if (before === undefined) return [{ pointer, after }];
  if (after === undefined) return [{ pointer, before }];
  if (Array.isArray(before) && Array.isArray(after)) return members(byPlace(before), byPlace(after), pointer);
  if (isRecord(before) && isRecord(after)) return members(before, after, pointer);
  return [{ pointer, before, after }];
}

type Members = Readonly<Record<string, unknown>>;

function byPlace(list: readonly unknown[]): Members {
  return Object.fromEntries(list.entries());
}

function members(before: Members, after: Members, pointer: string): Change[] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names].flatMap((name) => walk(own(before, name), own(after, name), `${pointer}/${token(name)}`));
}
