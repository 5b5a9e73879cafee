import { formatInstant } from '@flightdeck/domain';
import { idempotencyKeyOf, type Clock, type Principal } from '@flightdeck/platform';
import type { FastifyRequest } from 'fastify';

/** What every change says beside what it changes: who, when and why. */
export class Ordering {
  constructor(private readonly clock: Clock) {}

  order(
    campaignId: string,
    caller: Principal,
    reason: string | undefined,
  ): { readonly campaignId: string; readonly actor: string; readonly at: string; readonly reason?: string } {
    return { campaignId, ...this.by(caller), ...(reason === undefined ? {} : { reason }) };
  }

  /** As {@link by}, with the person behind the key and why: what four eyes are counted by. */
  signed(
    caller: Principal,
    reason: string | undefined,
  ): { readonly actor: string; readonly at: string; readonly person?: string; readonly reason?: string } {
    const { person } = caller;
    return {
      ...this.by(caller),
      ...(person === undefined ? {} : { person }),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  by(caller: Principal): { readonly actor: string; readonly at: string } {
    return { actor: caller.id, at: formatInstant(this.clock()) };
  }

  /** What the request's effects are named by, if it has an Idempotency-Key. */
  from(request: FastifyRequest): { readonly idempotencyKey: string | undefined } {
    return { idempotencyKey: idempotencyKeyOf(request) };
  }
}
