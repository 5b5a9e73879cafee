import { toMicrosNumber } from '../money/display.js';
import { MINUTE_MS, type EpochMs } from '../time/instant.js';
import type { CampaignStatus } from '../campaign/events.js';
import { parseInstant } from '../time/instant.js';
import type { Surroundings } from './levels.js';
import { servingWeight } from './serving.js';
import type { ServingPlan } from './serving-plan.js';

/** So long a silence is taken for events that are on their way; of a longer one, only so much. */
export const IN_FLIGHT_MAX_MS = 15 * MINUTE_MS;
/** Up to this silence the spend of the last 15 minutes says how fast the campaign spent before it; beyond, that of the last hour. */
const SHORT_SILENCE_MS = 5 * MINUTE_MS;
/** After this silence nobody knows any more how fast it spent. */
export const IN_FLIGHT_KNOWN_MS = 45 * MINUTE_MS;
const SHORT_MINUTES = 15;
const LONG_MINUTES = 60;

/**
 * What has very likely been spent and is not told of yet, in micros: the spend per serving time before the newest event that is
 * known, over the serving time since then (impressions that are delivered are billed, and told of, later: OpenRTB's `burl`). No more
 * than {@link IN_FLIGHT_MAX_MS} of it, and none after a pause. Null when the newest event is too old to tell.
 */
export function inFlight(
  { terms, figures, status }: Surroundings & { readonly status: CampaignStatus | undefined },
  plan: ServingPlan,
  nowMs: EpochMs,
): number | null {
  const lastMs = figures.lastOccurredAtMs;
  if (lastMs === null || lastMs >= nowMs) return 0;
  const silenceMs = nowMs - lastMs;
  if (silenceMs > IN_FLIGHT_KNOWN_MS) return null;
  const isShort = silenceMs <= SHORT_SILENCE_MS;
  const spent = toMicrosNumber((isShort ? figures.last15m : figures.last60m).net);
  const fromMs = windowStart(nowMs, isShort ? SHORT_MINUTES : LONG_MINUTES);
  const before = servingWeight(plan, fromMs, lastMs);
  if (spent <= 0 || before <= 0) return 0;
  const stoppedMs =
    status === 'paused' || status === 'ended' ? stoppedAt(terms?.statusChangedAt, lastMs) : nowMs;
  const untilMs = Math.min(nowMs, lastMs + IN_FLIGHT_MAX_MS, stoppedMs);
  return (spent / before) * servingWeight(plan, lastMs, untilMs);
}

/** A window of n minutes is the running minute and the n − 1 before it. */
function windowStart(nowMs: EpochMs, minutes: number): EpochMs {
  return (Math.floor(nowMs / MINUTE_MS) - minutes + 1) * MINUTE_MS;
}

function stoppedAt(changedAt: string | undefined, otherwiseMs: EpochMs): EpochMs {
  return (changedAt === undefined ? undefined : parseInstant(changedAt)) ?? otherwiseMs;
}
