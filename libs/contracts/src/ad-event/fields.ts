import { z } from 'zod';
import { parseInstant } from '@flightdeck/domain';
import { looksLikeCardNumber } from './card-number.js';
import { IDENTIFIER, printablePattern } from './patterns.js';

/** The most labels an event may carry. */
export const LABELS_MAX = 32;

const printable = (charactersMin: number, charactersMax: number) =>
  z.string().regex(printablePattern(charactersMin, charactersMax));

/** 1–128 of letters, digits, `.` `_` `:` `-`, starting with a letter or digit (domain.md §2). */
export const identifier = z
  .string()
  .regex(IDENTIFIER)
  .meta({ id: 'Identifier', examples: ['campaign-1'] });

/** The producer's identity of an event: 1–128 printable characters. */
export const eventId = printable(1, 128).meta({ id: 'EventId', examples: ['6e1f4c0a-1'] });

/** A short free text: 1–128 printable characters. */
export const text = printable(1, 128).meta({ id: 'Text' });

/** RFC 3339 with offset; the function is the format, so that zod and ajv cannot disagree. */
export const instant = z
  .string()
  .max(64)
  .refine(isInstant, 'must be an RFC 3339 date-time with an offset')
  .meta({ id: 'Instant', format: 'date-time', examples: ['2026-11-22T10:00:00Z'] });

/** @returns whether `text` is an RFC 3339 date-time with offset that exists in the calendar. */
export function isInstant(text: string): boolean {
  return parseInstant(text) !== undefined;
}

/** Integer micros within ±9,007,199,254,740,991; JSON.parse rounds 9007199254740993 to …992, which the range refuses. */
export const micros = z.int().meta({ id: 'Micros', description: 'Integer millionths of a currency unit.' });

const priceMicros = z
  .int()
  .min(0)
  .meta({ id: 'PriceMicros', description: 'Integer millionths of a currency unit, not negative.' });

/** The shape of an ISO 4217 code. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/u)
  .meta({ id: 'Currency', description: 'ISO 4217', examples: ['USD'] });

/** What one event costs under a price model (OpenRTB 2.6 terms). */
export const price = <const Model extends string>(model: Model) =>
  z.strictObject({ model: z.literal(model), micros: priceMicros, currency }).meta({ id: `Price${model}` });

/** The span a cost report or correction speaks of; `end` is exclusive. */
export const period = z.strictObject({ start: instant, end: instant }).meta({ id: 'Period' });

/** A user's id at the producer. It is replaced by a keyed pseudonym before it is stored; a card number is refused. */
export const userId = printable(1, 256)
  .refine(isUserId, 'must not look like a payment card number')
  .meta({ id: 'UserId', format: 'user-id' });

/** @returns whether `text` may be a user id: anything that does not read as a card number. */
export function isUserId(text: string): boolean {
  return !looksLikeCardNumber(text);
}

/** What a producer wants to keep beside the known fields. The key pattern also shuts out `__proto__` and its like. */
export const labels = z
  .preprocess(
    refuseOwnProto,
    z
      .record(
        z.string().regex(/^(?!(?:constructor|prototype)$)[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/u),
        printable(0, 256),
      )
      .refine((map) => Object.keys(map).length <= LABELS_MAX, `must have at most ${LABELS_MAX} labels`),
  )
  .meta({ id: 'Labels', maxProperties: LABELS_MAX });

/** zod's record leaves an own `__proto__` out in silence, where ajv refuses it. */
function refuseOwnProto(value: unknown): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__') ? null : value;
}
