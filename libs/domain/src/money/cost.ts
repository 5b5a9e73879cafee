import type { AdEvent, Price } from '../ad-event/ad-event.js';
import { unreachable } from '../kernel/decider.js';
import { addInto, type TotalAccumulator } from './accumulator.js';
import { total, ZERO, type Micros, type Nanos, type Total } from './money.js';

/**
 * What one event costs, signed (domain.md §1, §2): a CPM or vCPM price of m micros is exactly m nanos, because a thousand of
 * them are m micros; a CPC or CPA price is m micros; a spend or an adjustment is its amount. Without a price: nothing.
 * @throws {MoneyOverflow}
 */
export function costOf(event: AdEvent): Total {
  if (event.type === 'spend' || event.type === 'adjustment') return total(event.amountMicros);
  if (event.price === undefined) return ZERO;
  return isPerThousand(event.price) ? total(0, perEvent(event.price.micros)) : total(event.price.micros);
}

/** Adds {@link costOf} the event to `target`, in place and without allocating. @throws {MoneyOverflow} */
export function addCostInto(target: TotalAccumulator, event: AdEvent): void {
  if (event.type === 'spend' || event.type === 'adjustment') addInto(target, event.amountMicros, 0);
  else if (event.price !== undefined) addPriceInto(target, event.price);
}

function addPriceInto(target: TotalAccumulator, price: Price): void {
  if (isPerThousand(price)) addInto(target, 0, perEvent(price.micros));
  else addInto(target, price.micros, 0);
}

/** A thousandth of m micros is m nanos: the number stays, its unit changes. */
function perEvent(perThousand: Micros): Nanos {
  const sameNumber: number = perThousand;
  return sameNumber;
}

function isPerThousand(price: Price): boolean {
  switch (price.model) {
    case 'CPM':
    case 'vCPM':
      return true;
    case 'CPC':
    case 'CPA':
      return false;
    default:
      return unreachable(price.model);
  }
}
