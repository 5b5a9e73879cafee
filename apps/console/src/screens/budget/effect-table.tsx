import { money } from '../../format/money';
import { percent } from '../../format/number';
import { Bar } from '../../ui/bar';
import { effectOf, tightestSentence, treeWith, type CapEffect } from './effect';
import type { BudgetHolder } from './holder';
import { NEARLY, tightestOf, type Level } from './levels';
import { capText, isSame, type Budget } from './wanted';

/** The place of the budget in the tree around a campaign. */
export interface Place {
  readonly levels: readonly Level[];
  readonly key: string;
}

/** What the typed budget would do, before it is sent: each cap, and which of the tree then holds the campaign. */
export function EffectTable({
  seen: { currency, budget, spend },
  wanted,
  place,
}: {
  readonly seen: BudgetHolder;
  readonly wanted: Budget;
  readonly place: Place | undefined;
}) {
  const caps = effectOf(budget, wanted, spend);
  return (
    <div className="fd-effect" aria-live="polite">
      <table className="fd-table" aria-label="What it would do">
        <thead>
          <tr>
            <th scope="col">Cap</th>
            <th scope="col" className="fd-num">
              Now
            </th>
            <th scope="col" className="fd-num">
              Then
            </th>
            <th scope="col" className="fd-num">
              Would leave
            </th>
            <th scope="col" className="fd-wide-only">
              Spent of it
            </th>
          </tr>
        </thead>
        <tbody>
          {caps.map((cap) => (
            <tr key={cap.label}>
              <th scope="row">{cap.label}</th>
              <td className="fd-num">{capText(cap.now, currency)}</td>
              <td className="fd-num">{cap.now === cap.then ? 'the same' : capText(cap.then, currency)}</td>
              <td
                className={cap.leftMicros !== null && cap.leftMicros <= 0 ? 'fd-num fd-tone-bad' : 'fd-num'}
              >
                {money(cap.leftMicros, currency)}
              </td>
              <td className="fd-wide-only">
                <Used cap={cap} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Sentences
        caps={caps}
        place={place}
        wanted={wanted}
        currency={currency}
        isSame={isSame(budget, wanted)}
      />
    </div>
  );
}

function Used({ cap: { used } }: { readonly cap: CapEffect }) {
  if (used === null) return <span className="fd-dim">–</span>;
  return (
    <>
      {percent(used)}
      <Bar share={used} tone={used >= 1 ? 'bad' : used >= NEARLY ? 'warn' : 'good'} />
    </>
  );
}

function Sentences({
  caps,
  place,
  wanted,
  currency,
  isSame: isNothing,
}: {
  readonly caps: readonly CapEffect[];
  readonly place: Place | undefined;
  readonly wanted: Budget;
  readonly currency: string;
  readonly isSame: boolean;
}) {
  if (isNothing) return <p className="fd-dim">Nothing is changed yet.</p>;
  const isBelow = caps.some(({ now, then, used }) => now !== then && used !== null && used >= 1);
  return (
    <>
      {place !== undefined && (
        <p>
          {tightestSentence(
            tightestOf(place.levels),
            tightestOf(treeWith(place.levels, place.key, wanted)),
            currency,
          )}
        </p>
      )}
      {isBelow && (
        <p className="fd-tone-bad">More than that is spent already: delivery should stop at once.</p>
      )}
    </>
  );
}
