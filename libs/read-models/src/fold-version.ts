import type { AdFact } from './ad-fact/ad-fact.js';

/**
 * A version of what the read models mean. Whoever changes what a fold makes of an event gives it the next number, here: read
 * models of another number are rebuilt beside the live ones, which serve until the new ones have caught up.
 */
export interface FoldVersion {
  readonly version: number;
  /** What this version makes of an event that the current folds would take otherwise. */
  readonly revise?: (fact: AdFact) => void;
}

/** Every version that this binary can fold, the oldest first. The last is what it serves. */
export const FOLD_VERSIONS: readonly FoldVersion[] = [
  { version: 1, revise: (fact) => (fact.adGroup = '') },
  /** Tells the spend of ad groups apart. */
  { version: 2 },
];
