import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { ChangeBudget, HistoryItem } from '../../api/generated/types.gen';
import { asProblem } from '../../api/problem';
import { inputMoney, money, parseMoney } from '../../format/money';
import { sentenceOf } from '../../format/words';
import { Chip } from '../../ui/page';
import { Refusal } from '../../ui/states';
import { Buttons, ReasonField } from './dialog-parts';

type Budget = Pick<ChangeBudget, 'dailyMicros' | 'lifetimeMicros'>;

/** Whose budget it is, as it was seen. */
export interface BudgetHolder {
  readonly kind: 'advertiser' | 'campaign' | 'ad group';
  readonly name: string;
  readonly currency: string;
  readonly budget: Budget;
  /** Null before anything was written about it. */
  readonly revision: number | null;
}

/** A whole budget, against the revision that the person saw. */
export interface WantedBudget {
  readonly body: ChangeBudget;
  readonly revision: number | null;
}

/** The mutation that carries a change out. */
export interface BudgetChange {
  readonly error: unknown;
  readonly isPending: boolean;
  readonly reset: () => void;
  readonly mutate: (wanted: WantedBudget, then: { readonly onSuccess: () => void }) => void;
}

const CHANGED_MEANWHILE = 412;

/**
 * The caps, changed as this person saw them; when somebody was quicker, who and why, and theirs beside one's own, to be decided anew.
 * Both caps are sent, for a cap that is not is lifted.
 */
export function BudgetDialog({
  seen,
  last,
  change,
  onClose,
}: {
  readonly seen: BudgetHolder;
  /** What was last done to it: told when somebody was quicker. */
  readonly last: HistoryItem | undefined;
  readonly change: BudgetChange;
  readonly onClose: () => void;
}) {
  const [first] = useState(seen);
  const [base, setBase] = useState(seen);
  const [daily, setDaily] = useState(inputMoney(seen.budget.dailyMicros));
  const [lifetime, setLifetime] = useState(inputMoney(seen.budget.lifetimeMicros));
  const [reason, setReason] = useState('');
  const wanted = budgetOf(daily, lifetime);
  const isConflict = change.error !== null && asProblem(change.error, 0).status === CHANGED_MEANWHILE;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (wanted === undefined) return;
    const body = { ...wanted, ...(reason === '' ? {} : { reason }) };
    change.mutate({ body, revision: base.revision }, { onSuccess: onClose });
  };
  const { currency } = seen;
  return (
    <Modal opened onClose={onClose} title={`Budget of ${seen.name}`}>
      <form onSubmit={submit}>
        <div className="fd-pair">
          <TextInput
            label={`Daily budget, ${currency}`}
            inputMode="decimal"
            value={daily}
            onChange={(event) => setDaily(event.currentTarget.value)}
            error={isCap(daily) ? undefined : NO_AMOUNT}
            data-autofocus
          />
          <TextInput
            label={`In all, ${currency}`}
            placeholder="no cap"
            inputMode="decimal"
            value={lifetime}
            onChange={(event) => setLifetime(event.currentTarget.value)}
            error={isCap(lifetime) ? undefined : NO_AMOUNT}
          />
        </div>
        <ReasonField reason={reason} onReason={setReason} />
        {isConflict ? (
          <Conflict
            saw={first}
            last={last}
            now={seen}
            wanted={wanted}
            onDecide={() => {
              setBase(seen);
              change.reset();
            }}
          />
        ) : (
          <Refusal error={change.error} />
        )}
        <Buttons
          onClose={onClose}
          isPending={change.isPending}
          isDisabled={wanted === undefined || isConflict}
          label="Change"
        />
      </form>
    </Modal>
  );
}

const NO_AMOUNT = 'An amount with up to six decimals, or nothing for no cap';

function isCap(text: string): boolean {
  return text.trim() === '' || parseMoney(text) !== undefined;
}

/** What was typed, as a budget; undefined when it is none. */
function budgetOf(daily: string, lifetime: string): Budget | undefined {
  if (!isCap(daily) || !isCap(lifetime)) return undefined;
  const [dailyMicros, lifetimeMicros] = [parseMoney(daily), parseMoney(lifetime)];
  return {
    ...(dailyMicros === undefined ? {} : { dailyMicros }),
    ...(lifetimeMicros === undefined ? {} : { lifetimeMicros }),
  };
}

/** What this person saw, what another has made of it meanwhile and why, and what this person wants. */
function Conflict({
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
          {CAPS.map(([cap, label]) => {
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
      <Button size="compact-sm" variant="default" onClick={onDecide}>
        Decide on what it is now
      </Button>
    </div>
  );
}

const CAPS = [
  ['dailyMicros', 'A day'],
  ['lifetimeMicros', 'In all'],
] as const;

function capText(micros: number | undefined, currency: string): string {
  return micros === undefined ? 'no cap' : money(micros, currency);
}
