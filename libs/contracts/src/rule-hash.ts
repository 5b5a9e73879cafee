import { conditionsOf, type RuleDefinition } from '@flightdeck/domain';
import { createHash } from 'node:crypto';

const THRESHOLD_HEX = 16;

/** Names the conditions and the action of a rule. What fire-once counts by is stored for ever, so this never changes. */
export function thresholdOf({
  action,
  ...written
}: Pick<RuleDefinition, 'conditions' | 'action' | 'shared'>): string {
  return sha256(JSON.stringify([conditionsOf(written), action])).slice(0, THRESHOLD_HEX);
}

/** Names everything that an author wrote, whatever the order of its keys: what an approval is bound to. */
export function definitionHash(definition: RuleDefinition): string {
  return sha256(JSON.stringify(sorted(definition)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inside]) => [key, sorted(inside)]));
}
