import { isTimeZone } from '@flightdeck/domain';
import { z } from 'zod';

const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const NAME_LENGTH_MAX = 200;
export const REASON_LENGTH_MAX = 500;

/** An id as domain.md §2 has it. */
export const idSchema = z
  .string()
  .regex(ID, 'must be 1 to 128 letters, digits, . _ : - and start with a letter or digit');

export const uuidSchema = z.uuid();

/** Integer micros; zod's `int` is the range in which JSON numbers are exact. */
export const microsSchema = z.int();

export const currencySchema = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be three capital letters')
  .refine((code) => CURRENCIES.has(code), 'is not an ISO 4217 currency')
  .meta({ description: 'ISO 4217', examples: ['USD'] });

export const timezoneSchema = z
  .string()
  .max(64)
  .refine(isTimeZone, 'is not an IANA time zone')
  .meta({ description: 'IANA time zone', examples: ['America/New_York'] });

/** RFC 3339 with an offset in, the same instant in UTC with milliseconds out. */
export const instantInputSchema = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time with an offset' })
  .transform((text) => new Date(text).toISOString());

/** RFC 3339 UTC, as this system writes it. */
export const instantSchema = z.iso.datetime();

export const nameSchema = z.string().trim().min(1).max(NAME_LENGTH_MAX);
export const reasonSchema = z
  .string()
  .trim()
  .min(1)
  .max(REASON_LENGTH_MAX)
  .meta({ description: 'Why; kept in the history.' });

/** A place in the ledger: up to here, or exactly this. */
export const ledgerPositionSchema = z
  .object({ stream: z.string(), revision: z.int().meta({ description: '-1 before the first event' }) })
  .meta({ id: 'LedgerPosition' });

export const LIST_LIMIT_DEFAULT = 50;
export const LIST_LIMIT_MAX = 500;

/** Query members of every list. */
export const pageQuery = {
  cursor: z.string().min(1).max(1024).optional().meta({ description: 'What the page before said as next.' }),
  limit: z.coerce.number().int().min(1).max(LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT),
};

/** The answer of every list. */
export function pageSchema<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'Cursor of the next page.' }),
  });
}

/** RFC 9457 problem details with a stable code. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable; for programs.' }),
    detail: z.string().optional(),
    instance: z.string().optional(),
    correlationId: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
