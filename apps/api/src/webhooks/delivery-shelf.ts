import { STREAM, type DeliveryResponse } from '@flightdeck/contracts';
import { deliveryState, type DeliveryEvent, type OfDelivery } from '@flightdeck/domain';
import type { EventStore, Revision } from '@flightdeck/event-store';
import { appendSurely, decodeEvent } from '@flightdeck/ledger';
import { encodeJson } from '@flightdeck/contracts';

/** How far back deliveries are looked at, in events: the latest tries. Everything older is in the ledger. */
export const EVENTS_READ_MAX = 10_000;
const ATTEMPTS_MAX = 10;

interface Delivery extends DeliveryResponse {
  /** Of the last event, which orders deliveries. */
  readonly revision: Revision;
}

/** What became of a webhook's deliveries, the latest first. Written by whoever delivers; here they are read and asked for again. */
export class DeliveryShelf {
  constructor(
    private readonly store: EventStore,
    private readonly newId: () => string,
  ) {}

  /** Deliveries by their last event, latest first, those before the revision `before` only. */
  async page(
    webhookId: string,
    {
      state,
      before,
      limit,
    }: { state?: DeliveryResponse['state'] | undefined; before?: number; limit: number },
  ): Promise<{ readonly items: readonly DeliveryResponse[]; readonly next: number | null }> {
    const seen = new Set<string>();
    const found: Delivery[] = [];
    for await (const stored of this.store.read(STREAM.delivery(webhookId), 'end', {
      ...{ direction: 'backwards', max: EVENTS_READ_MAX },
    })) {
      const event = decodeEvent<DeliveryEvent>(stored);
      const { deliveryId } = event.data;
      if (seen.has(deliveryId)) continue;
      seen.add(deliveryId);
      const delivery = { ...response(event), revision: stored.revision };
      if (before !== undefined && delivery.revision >= before) continue;
      if (state !== undefined && delivery.state !== state) continue;
      found.push(delivery);
      if (found.length > limit) break;
    }
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(({ revision: _, ...item }) => item),
      next: found.length > limit && last !== undefined ? last.revision : null,
    };
  }

  /** Asks for a delivery once more. False when it is not among the latest, or is not dead. */
  async redrive(
    webhookId: string,
    deliveryId: string,
    by: { readonly actor: string; readonly at: string },
  ): Promise<boolean> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const { head, last } = await this.last(webhookId, deliveryId);
      if (last === undefined || deliveryState(last) !== 'dead') return false;
      const { source, detailType } = last.data;
      const data: OfDelivery & { actor: string } = { deliveryId, source, detailType, ...by };
      const event = {
        type: 'DeliveryRedriven',
        data: encodeJson(data),
        metadata: encodeJson({ actor: by.actor }),
      };
      const appended = await appendSurely(
        this.store,
        STREAM.delivery(webhookId),
        [{ id: this.newId(), ...event }],
        head,
      );
      if (appended.ok) return true;
    }
    throw new Error(`The deliveries of ${webhookId} kept changing.`);
  }

  private async last(
    webhookId: string,
    deliveryId: string,
  ): Promise<{ readonly head: Revision | 'no-stream'; readonly last: DeliveryEvent | undefined }> {
    let head: Revision | 'no-stream' = 'no-stream';
    for await (const stored of this.store.read(STREAM.delivery(webhookId), 'end', {
      ...{ direction: 'backwards', max: EVENTS_READ_MAX },
    })) {
      if (head === 'no-stream') head = stored.revision;
      const event = decodeEvent<DeliveryEvent>(stored);
      if (event.data.deliveryId === deliveryId) return { head, last: event };
    }
    return { head, last: undefined };
  }
}

function response(last: DeliveryEvent): DeliveryResponse {
  const { deliveryId, detailType, source, at } = last.data;
  const shared = { deliveryId, state: deliveryState(last), detailType, source, lastAt: at };
  switch (last.type) {
    case 'DeliverySucceeded':
      return { ...shared, attempts: last.data.attempt, status: last.data.status, error: null, nextAt: null };
    case 'DeliveryFailed': {
      const { attempt, status, error, nextAt } = last.data;
      return { ...shared, attempts: attempt, status, error, nextAt };
    }
    case 'DeliveryRedriven':
      return { ...shared, attempts: 0, status: null, error: null, nextAt: at };
  }
}
