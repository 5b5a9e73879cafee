import { Button } from '@mantine/core';
import type { HistoryItem } from '../../api/generated/types.gen';
import { sentenceOf } from '../../format/words';
import { Chip } from '../../ui/page';
import type { BudgetHolder } from './holder';
import { CAPS, capText, type Budget } from './wanted';

/** What this person saw, what another has made of it meanwhile and why, and what this person wants. */
export function Conflict({
  saw,
  last,
  now,
  wanted,
  onDecide,
}: {
  readonly saw: BudgetHolder;
  readonly last: HistoryItem | undefined;
  readonly now: BudgetHolder;
  readonly wanted: Budget | undefined;
  readonly onDecide: () => void;
}) {
  const { currency, kind } = now;
  return (
    <div role="alert">
      <p>
        <strong>Somebody has changed this {kind} meanwhile.</strong>{' '}
        {last !== undefined && (
          <>
            {last.actor}: {sentenceOf(last.type)}
            {last.reason === undefined ? '' : `, “${last.reason}”`}.
          </>
        )}
      </p>
      <table className="fd-table">
        <thead>
          <tr>
            <th scope="col">Cap</th>
            <th scope="col" className="fd-num">
              You saw
            </th>
            <th scope="col" className="fd-num">
              It is now
            </th>
            <th scope="col" className="fd-num">
              You want
            </th>
          </tr>
        </thead>
        <tbody>
          {CAPS.map(({ cap, label }) => {
            const isChanged = saw.budget[cap] !== now.budget[cap];
            return (
              <tr key={cap}>
                <th scope="row">{label}</th>
                <td className="fd-num">{capText(saw.budget[cap], currency)}</td>
                <td className="fd-num">
                  {isChanged ? <Chip tone="warn">{capText(now.budget[cap], currency)}</Chip> : 'the same'}
                </td>
                <td className="fd-num">{capText(wanted?.[cap], currency)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Button mt={8} size="compact-sm" variant="default" onClick={onDecide}>
        Decide on what it is now
      </Button>
    </div>
  );
}
