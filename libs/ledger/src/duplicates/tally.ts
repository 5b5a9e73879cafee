import { decodeJson, type FilteredDuplicates } from '@flightdeck/contracts';
import { accumulator, addCostInto, MoneyOverflow, type RecordedAdEvent } from '@flightdeck/domain';

/** Adds duplicates up by campaign and day, in the order in which they are first met. An amount that would overflow goes on in a row of its own. */
export function tallyDuplicates(prepared: readonly Uint8Array[]): readonly FilteredDuplicates[] {
  const rows: Row[] = [];
  const open = new Map<string, Row>();
  for (const data of prepared) {
    const event = decodeJson<RecordedAdEvent>(data);
    const day = event.enriched.lateFor ?? event.enriched.day;
    const key = `${day} ${event.campaignId}`;
    const known = open.get(key);
    if (known !== undefined && add(known, event)) continue;
    const row = { campaignId: event.campaignId, day, events: 0, amount: accumulator() };
    add(row, event);
    rows.push(row);
    open.set(key, row);
  }
  return rows;
}

interface Row extends FilteredDuplicates {
  events: number;
  readonly amount: ReturnType<typeof accumulator>;
}

/** False when the amount does not fit. */
function add(row: Row, event: RecordedAdEvent): boolean {
  try {
    if (event.ivt === undefined) addCostInto(row.amount, event);
  } catch (error) {
    if (error instanceof MoneyOverflow) return false;
    throw error;
  }
  row.events += 1;
  return true;
}
