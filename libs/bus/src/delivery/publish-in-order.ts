import type { CommandDetail } from '@flightdeck/domain';
import type { Delivery } from '../command-bus.js';

/** One command as the far end takes it. */
export interface Parcel<E> {
  readonly command: CommandDetail;
  readonly entry: E;
  /** What it counts towards the limit of one call. */
  readonly bytes: number;
}

/** What one call may hold, and how often one publish tries. */
export interface DeliveryLimits {
  readonly entriesMax: number;
  readonly bytesMax: number;
  /** Rounds of one publish; what is left after them is the caller's to try again, later. */
  readonly roundsMax: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
}

/** Sends a few parcels in one call. One answer each, in order. An exception means that nothing is known of any of them. */
export type SendParcels<E> = (parcels: readonly Parcel<E>[]) => Promise<readonly Delivery[]>;

/** Time and chance, handed in. */
export interface DeliveryEnvironment {
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** How long one call may take, in milliseconds; some seconds unless given. */
  readonly callMsMax?: number;
}

/**
 * Delivers commands so that no command of a campaign overtakes an earlier one that may still come: a call holds one command of
 * each campaign, and while one waits for another try, the later ones of its campaign wait behind it. Only what failed is sent
 * again, with exponential backoff and full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"). One answer for each
 * parcel, in order.
 */
export async function publishInOrder<E>(
  parcels: readonly Parcel<E>[],
  send: SendParcels<E>,
  limits: DeliveryLimits,
  { sleep, random }: DeliveryEnvironment,
): Promise<readonly Delivery[]> {
  const answers = new Map<Parcel<E>, Delivery>();
  let waiting = parcels;
  for (let round = 1; waiting.length > 0 && round <= limits.roundsMax; round += 1) {
    if (round > 1)
      await sleep(random() * Math.min(limits.backoffMaxMs, limits.backoffFirstMs * 2 ** (round - 2)));
    waiting = await sendRound(waiting, send, limits, answers);
  }
  return parcels.map((parcel) => answers.get(parcel) ?? UNANSWERED);
}

const UNANSWERED: Delivery = { delivered: false, error: 'The bus gave no answer.', retryable: true };
const BEHIND: Delivery = {
  ...{ delivered: false, error: 'It waits behind an earlier command of its campaign.', retryable: true },
};

/** Sends all that may go, call by call, and answers what has to wait for another round. */
async function sendRound<E>(
  waiting: readonly Parcel<E>[],
  send: SendParcels<E>,
  limits: DeliveryLimits,
  answers: Map<Parcel<E>, Delivery>,
): Promise<readonly Parcel<E>[]> {
  const again: Parcel<E>[] = [];
  const held = new Set<string>();
  for (let at = 0; at < waiting.length;) {
    const { call, behind, next } = nextCall(waiting, at, held, limits);
    at = next;
    for (const parcel of behind) {
      answers.set(parcel, BEHIND);
      again.push(parcel);
    }
    if (call.length === 0) continue;
    const said = await sendOne(call, send);
    for (const [index, parcel] of call.entries()) {
      const answer = said[index] ?? UNANSWERED;
      answers.set(parcel, answer);
      if (answer.delivered || !answer.retryable) continue;
      held.add(parcel.command.campaignId);
      again.push(parcel);
    }
  }
  const order = new Map(waiting.map((parcel, index) => [parcel, index]));
  return again.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

interface Call<E> {
  readonly call: readonly Parcel<E>[];
  readonly behind: readonly Parcel<E>[];
  /** Where the next call begins. */
  readonly next: number;
}

function nextCall<E>(
  waiting: readonly Parcel<E>[],
  from: number,
  held: ReadonlySet<string>,
  { entriesMax, bytesMax }: DeliveryLimits,
): Call<E> {
  const call: Parcel<E>[] = [];
  const behind: Parcel<E>[] = [];
  const campaigns = new Set<string>();
  let bytes = 0;
  let next = from;
  for (; next < waiting.length; next += 1) {
    const parcel = waiting[next];
    if (parcel === undefined) break;
    const { campaignId } = parcel.command;
    if (held.has(campaignId)) {
      behind.push(parcel);
      continue;
    }
    const full = call.length >= entriesMax || (call.length > 0 && bytes + parcel.bytes > bytesMax);
    if (full || campaigns.has(campaignId)) break;
    call.push(parcel);
    campaigns.add(campaignId);
    bytes += parcel.bytes;
  }
  return { call, behind, next };
}

async function sendOne<E>(call: readonly Parcel<E>[], send: SendParcels<E>): Promise<readonly Delivery[]> {
  try {
    return await send(call);
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return call.map((): Delivery => ({ delivered: false, error: message, retryable: true }));
  }
}
