import { offsetSpanOf, zonedDayAt, HOUR_MS, type EpochMs } from '@flightdeck/domain';
import fc from 'fast-check';

/**
 * Zones whose days are hard: clocks that change at midnight (São Paulo until 2019, Beirut, Havana, Asunción, Santiago), by half
 * an hour (Lord Howe), across the date line (Apia), at odd offsets (Kathmandu, Chatham, St John's), twice a year around
 * Ramadan (Casablanca), backwards in winter (Dublin), and never (UTC, Kolkata, Kiritimati, Pago Pago).
 */
export const ZONES = [
  ...['UTC', 'America/New_York', 'Europe/Berlin', 'Europe/Dublin', 'Europe/London', 'America/Los_Angeles'],
  ...['America/Sao_Paulo', 'Asia/Beirut', 'America/Havana', 'America/Asuncion', 'America/Santiago'],
  ...['Australia/Lord_Howe', 'Australia/Sydney', 'Pacific/Apia', 'Pacific/Chatham', 'Pacific/Auckland'],
  ...[
    'Asia/Kathmandu',
    'Asia/Kolkata',
    'America/St_Johns',
    'Africa/Casablanca',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
  ],
] as const;

const YEAR_2000_MS = 946_684_800_000;
const YEAR_2040_MS = 2_208_988_800_000;
/** The instants that RFC 3339 can write: years 0 to 9999. */
const WRITABLE = { min: -62_167_219_200_000, max: 253_402_300_799_999 };

/** A time zone, most often one whose days are hard. */
export const anyZone = (): fc.Arbitrary<string> => fc.constantFrom(...ZONES);

/** An instant of the years 2000 to 2039. */
export const anyInstant = (): fc.Arbitrary<EpochMs> => fc.integer({ min: YEAR_2000_MS, max: YEAR_2040_MS });

/** Any instant that RFC 3339 can write. */
export const writableInstant = (): fc.Arbitrary<EpochMs> => fc.integer(WRITABLE);

/** A zone and an instant of 2000 to 2039; half of them lie within two days of a change of the zone's clocks. */
export const zonedInstant = (): fc.Arbitrary<{ readonly zone: string; readonly ms: EpochMs }> =>
  fc.oneof(
    fc.record({ zone: anyZone(), ms: anyInstant() }),
    fc
      .tuple(anyZone(), anyInstant(), fc.integer({ min: -48 * HOUR_MS, max: 48 * HOUR_MS }))
      .map(([zone, ms, aside]) => ({ zone, ms: nextChange(zone, ms) + aside })),
  );

/** A zone and one of its calendar days (YYYY-MM-DD) of 2000 to 2039, often a day on which the clocks change. */
export const zonedDay = (): fc.Arbitrary<{ readonly zone: string; readonly day: string }> =>
  zonedInstant().map(({ zone, ms }) => ({ zone, day: zonedDayAt(zone, ms).day }));

function nextChange(zone: string, ms: EpochMs): EpochMs {
  const { endMs } = offsetSpanOf(zone, ms);
  return endMs < YEAR_2040_MS ? endMs : ms;
}
