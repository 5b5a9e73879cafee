import { isRecord, own, type Problem } from './problem.js';
import type { Rollout } from './rule.js';

const POINTER = '/rollout';
const TAGS_MAX = 100;
const HUNDREDTHS = 10_000;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Whether a rule has been rolled out to a campaign. The share is a hash of both ids, so a campaign that is in at 10 % is in at
 * 20 % too, on every machine and in every replay, and different rules begin with different campaigns.
 */
export function isRolledOut(
  { ruleId, rollout }: { readonly ruleId: string; readonly rollout?: Rollout },
  campaignId: string,
  tags: readonly string[] | undefined,
): boolean {
  if (rollout === undefined) return true;
  if ('tags' in rollout) return rollout.tags.some((tag) => tags?.includes(tag) === true);
  return bucketOf(`${ruleId} ${campaignId}`) < rollout.percent * 100;
}

/** 0 to 9,999: 32-bit FNV-1a over the UTF-16 units, stirred by MurmurHash3's finalizer since short names differ in their last bytes only. */
function bucketOf(name: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % HUNDREDTHS;
}

/** Everything wrong with a roll-out; an absent one is right. */
export function rolloutProblems(rollout: unknown): readonly Problem[] {
  if (rollout === undefined) return [];
  const kinds = isRecord(rollout) ? Object.keys(rollout) : [];
  if (!isRecord(rollout) || kinds.length !== 1 || (kinds[0] !== 'percent' && kinds[0] !== 'tags'))
    return [{ pointer: POINTER, message: 'must have either percent or tags' }];
  if (kinds[0] === 'percent') {
    const percent = own(rollout, 'percent');
    const right = typeof percent === 'number' && percent > 0 && percent <= 100;
    return right ? [] : [{ pointer: `${POINTER}/percent`, message: 'must be a number above 0, at most 100' }];
  }
  const tags = own(rollout, 'tags');
  const list: readonly unknown[] = Array.isArray(tags) ? tags : [];
  const right =
    list.length > 0 && list.length <= TAGS_MAX && list.every((tag) => typeof tag === 'string' && tag !== '');
  return right ? [] : [{ pointer: `${POINTER}/tags`, message: `must be a list of 1 to ${TAGS_MAX} texts` }];
}
