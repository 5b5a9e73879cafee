import { momentOf, STREAM, type ReplaySpec } from '@flightdeck/contracts';
import { headAsOf, readLedgerMeta, type Moment, type ReadableLedger } from '@flightdeck/ledger';
import type { PartitionRange, RevisionRange } from '@flightdeck/read-models';

/** What of each partition lies between two moments; up to the end of the ledger when there is no later one. */
export async function rangesOf(
  ledger: ReadableLedger,
  { from, asOf }: Pick<ReplaySpec, 'from' | 'asOf'>,
): Promise<readonly PartitionRange[]> {
  const partitions = (await readLedgerMeta(ledger))?.partitions ?? 0;
  const rangeOf = async (stream: string): Promise<RevisionRange & { stream: string }> => ({
    stream,
    from: from === null ? 0 : (await headAsOf(ledger, stream, moment(from))) + 1,
    to: await headAsOf(ledger, stream, asOf === null ? undefined : moment(asOf)),
  });
  const ranges: PartitionRange[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const ads = await rangeOf(STREAM.ads(partition));
    ranges.push({ partition, ads, quarantine: await rangeOf(STREAM.quarantine(partition)) });
  }
  return ranges;
}

/** Events in them all. */
export function eventsIn(ranges: readonly PartitionRange[]): number {
  return ranges.reduce((sum, { ads, quarantine }) => sum + length(ads) + length(quarantine), 0);
}

function length({ from, to }: RevisionRange): number {
  return Math.max(0, to - from + 1);
}

function moment(text: string): Moment {
  const named = momentOf(text);
  if (named === undefined) throw new RangeError(`'${text}' names no moment of the ledger.`);
  return named;
}
