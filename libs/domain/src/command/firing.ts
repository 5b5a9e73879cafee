import type { Guards } from '../rule/rule.js';
import { MINUTE_MS, parseInstant } from '../time/instant.js';
import type { CommandDetail, Firing } from './events.js';

/** What one rule has done to one campaign: all that fire-once, cooldown and the daily maximum need. */
export interface RuleFirings {
  /** RFC 3339 UTC of the last firing. */
  readonly lastAt: string;
  /** Firings ever: the occurrence number of the next one. */
  readonly total: number;
  /** Local day of the last firing, and firings on it. */
  readonly day: string;
  readonly onDay: number;
  /** The last {@link SPENT_KEPT} pairs of period and threshold, oldest first. */
  readonly spent: readonly string[];
}

/**
 * Days do not come back and flights rarely do, so a pair older than this many can no longer be asked for: the bound keeps years
 * of firings in a few kilobytes without ever allowing a second one.
 */
export const SPENT_KEPT = 64;

/** Also while a rule asks for none: `fireOncePer: none` would otherwise fire on every batch of events. */
export const COOLDOWN_FLOOR_MS = MINUTE_MS;

/** Why a rule does not fire again, whatever its conditions say. */
export type FiringRefusal =
  | { readonly code: 'AlreadyFired' }
  | { readonly code: 'InCooldown' }
  | { readonly code: 'DailyMaximum' }
  | { readonly code: 'NotRearmed' };

/**
 * A firing asked for: its period, day and threshold, and when (RFC 3339 UTC). `rearmedAfter`: the number of firings after which
 * the rule was last rearmed; absent when it never was.
 */
export type FiringRequest = Required<Firing> & { readonly at: string; readonly rearmedAfter?: number };

/** The first guard that speaks against the firing, or undefined: fire-once, cooldown, the daily maximum, then hysteresis (domain.md §7). */
export function firingRefusal(
  firings: RuleFirings | undefined,
  asked: FiringRequest,
  guards: Guards,
): FiringRefusal | undefined {
  if (firings === undefined) return undefined;
  const once = guards.fireOncePer !== 'none';
  if (once && firings.spent.includes(pair(asked.period, asked.threshold))) return { code: 'AlreadyFired' };
  if (sinceMs(firings.lastAt, asked.at) < cooldownMs(guards)) return { code: 'InCooldown' };
  if (guards.maxPerDay !== undefined && firedOn(asked.day, firings) >= guards.maxPerDay)
    return { code: 'DailyMaximum' };
  if (guards.rearmAfterMinutes !== undefined && asked.rearmedAfter !== firings.total)
    return { code: 'NotRearmed' };
  return undefined;
}

/** Only the last day is counted. One before it comes again when a clock is set back, and its count is no longer known: it is full. */
function firedOn(day: string, firings: RuleFirings): number {
  if (firings.day > day) return Infinity;
  return firings.day === day ? firings.onDay : 0;
}

/** The name under which a firing's command has its id: the threshold where the rule fires once, else the occurrence. */
export function firingName(
  detail: Pick<CommandDetail, 'ruleId' | 'ruleRevision' | 'campaignId'>,
  asked: FiringRequest,
  guards: Guards,
  firings: RuleFirings | undefined,
): string {
  const which = guards.fireOncePer === 'none' ? `occurrence ${firings?.total ?? 0}` : asked.threshold;
  return JSON.stringify([detail.ruleId, detail.ruleRevision, detail.campaignId, asked.period, which]);
}

/** What the firings of the command's rule are after it was issued. */
export function afterFiring(
  before: RuleFirings | undefined,
  issued: Pick<CommandDetail, 'issuedAt'> & Firing,
): RuleFirings {
  const day = issued.day ?? issued.period;
  const spent = [...(before?.spent ?? []), pair(issued.period, issued.threshold ?? '')];
  return {
    lastAt: issued.issuedAt,
    total: (before?.total ?? 0) + 1,
    day,
    onDay: before?.day === day ? before.onDay + 1 : 1,
    spent: spent.slice(-SPENT_KEPT),
  };
}

function pair(period: string, threshold: string): string {
  return `${period} ${threshold}`;
}

function cooldownMs(guards: Guards): number {
  const asked = (guards.cooldownMinutes ?? 0) * MINUTE_MS;
  return guards.fireOncePer === 'none' ? Math.max(asked, COOLDOWN_FLOOR_MS) : asked;
}

/** Infinite when it cannot be told; a clock that went back counts as no time at all. */
function sinceMs(earlier: string, later: string): number {
  const from = parseInstant(earlier);
  const to = parseInstant(later);
  return from === undefined || to === undefined ? Infinity : Math.max(0, to - from);
}
