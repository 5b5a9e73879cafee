import { parseInstant } from '../time/instant.js';

/** A change that cannot be at the time it names. */
export interface InvalidAt {
  readonly code: 'InvalidAt';
  readonly detail: string;
}

/** Changes hold from when they are said: never backwards (history stays as it was), and not yet scheduled ahead. */
export function wrongAt(order: {
  readonly at: string;
  readonly effectiveAt?: string;
}): InvalidAt | undefined {
  const at = parseInstant(order.at);
  if (at === undefined) return { code: 'InvalidAt', detail: 'at must be an RFC 3339 instant' };
  if (order.effectiveAt === undefined || parseInstant(order.effectiveAt) === at) return undefined;
  return {
    code: 'InvalidAt',
    detail: 'effectiveAt must be the moment of the change itself: changes apply from now on',
  };
}
