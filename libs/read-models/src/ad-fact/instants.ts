import { epochDay, MINUTE_MS, UTC_DAY_MS } from '@flightdeck/domain';
import { copyOf, Literal, literal } from './literal.js';

/** As `Date.prototype.toISOString` writes an instant: the first bytes say the minute. */
const FORM = '0000-00-00T00:00:00.000Z';
export const INSTANT_BYTES = FORM.length;
const MINUTE_BYTES = '0000-00-00T00:00'.length;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const DOT = 46;
const ZULU = 90;

/** Reads instants as this system writes them; those of one minute, which mostly come together, at the cost of their seconds. */
export class Instants {
  private minute = literal(FORM.slice(0, MINUTE_BYTES));
  private minuteMs = NaN;

  /** The instant in the {@link INSTANT_BYTES} from `at` on, in epoch milliseconds; NaN when it is written otherwise. */
  read(view: DataView, at: number, to: number): number {
    if (at + INSTANT_BYTES > to) return NaN;
    if (!this.minute.isAt(view, at, to) || Number.isNaN(this.minuteMs)) this.readMinute(view, at);
    const isForm =
      view.getUint8(at + 16) === COLON && view.getUint8(at + 19) === DOT && view.getUint8(at + 23) === ZULU;
    if (!isForm) return NaN;
    const seconds = number(view, at + 17, 2);
    const ms = number(view, at + 20, 3);
    return this.minuteMs + seconds * 1_000 + ms;
  }

  private readMinute(view: DataView, at: number): void {
    this.minute = new Literal(copyOf(view, at, at + MINUTE_BYTES));
    this.minuteMs = NaN;
    for (let i = 0; i < MINUTE_BYTES; i++) {
      const form = FORM.charCodeAt(i);
      if (form !== ZERO && view.getUint8(at + i) !== form) return;
    }
    const day = epochDay(number(view, at, 4), number(view, at + 5, 2), number(view, at + 8, 2));
    const minutes = number(view, at + 11, 2) * 60 + number(view, at + 14, 2);
    this.minuteMs = day * UTC_DAY_MS + minutes * MINUTE_MS;
  }
}

/** So many digits as a number; NaN when they are none. */
function number(view: DataView, at: number, digits: number): number {
  let value = 0;
  for (let i = at; i < at + digits; i++) {
    const digit = view.getUint8(i);
    if (digit < ZERO || digit > NINE) return NaN;
    value = value * 10 + digit - ZERO;
  }
  return value;
}
