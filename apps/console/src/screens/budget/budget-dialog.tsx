import './budget.css';
import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { HistoryItem } from '../../api/generated/types.gen';
import { asProblem } from '../../api/problem';
import { Refusal } from '../../ui/states';
import { Conflict } from './conflict';
import { Buttons, ReasonField } from './dialog-parts';
import { EffectTable, type Place } from './effect-table';
import type { BudgetChange, BudgetHolder } from './holder';
import { CAPS, isCap, isSame, typedOf, wantedOf, type Cap } from './wanted';

const CHANGED_MEANWHILE = 412;

/**
 * The caps, changed as this person saw them, with what that would do; when somebody was quicker, who and why, and theirs beside one's
 * own, to be decided anew. Both caps are sent, for a cap that is not is lifted.
 */
export function BudgetDialog({
  seen,
  place,
  last,
  change,
  onClose,
}: {
  readonly seen: BudgetHolder;
  /** Undefined where no campaign is looked at. */
  readonly place?: Place | undefined;
  /** What was last done to it: told when somebody was quicker. */
  readonly last: HistoryItem | undefined;
  readonly change: BudgetChange;
  readonly onClose: () => void;
}) {
  const [first] = useState(seen);
  const [base, setBase] = useState(seen);
  const [typed, setTyped] = useState(typedOf(seen.budget));
  const [reason, setReason] = useState('');
  const wanted = wantedOf(typed);
  const isNothing = wanted !== undefined && isSame(wanted, base.budget);
  const isConflict = change.error !== null && asProblem(change.error, 0).status === CHANGED_MEANWHILE;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (wanted === undefined || isNothing || isConflict) return;
    const body = { ...wanted, ...(reason === '' ? {} : { reason }) };
    change.mutate({ body, revision: base.revision }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={`Budget of ${seen.name}`} size="lg">
      <form onSubmit={submit}>
        <div className="fd-pair">
          {CAPS.map(({ cap }) => (
            <CapField
              {...{ cap, currency: seen.currency, text: typed[cap] }}
              key={cap}
              onText={(text) => setTyped({ ...typed, [cap]: text })}
            />
          ))}
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
          <>
            {wanted !== undefined && <EffectTable seen={seen} wanted={wanted} place={place} />}
            <Refusal error={change.error} />
          </>
        )}
        <Buttons
          onClose={onClose}
          isPending={change.isPending}
          isDisabled={wanted === undefined || isNothing || isConflict}
          label="Change"
        />
      </form>
    </Modal>
  );
}

const NAMES: Readonly<Record<Cap, string>> = { dailyMicros: 'Daily budget', lifetimeMicros: 'In all' };

/** An amount, or none: typed away, or lifted by its button. */
function CapField({
  cap,
  currency,
  text,
  onText,
}: {
  readonly cap: Cap;
  readonly currency: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}) {
  const name = NAMES[cap];
  return (
    <TextInput
      label={`${name}, ${currency}`}
      placeholder="no cap"
      inputMode="decimal"
      autoComplete="off"
      value={text}
      onChange={(event) => onText(event.currentTarget.value)}
      error={isCap(text) ? undefined : 'An amount with up to six decimals, or nothing for no cap'}
      data-autofocus={cap === 'dailyMicros' || undefined}
      rightSectionWidth={46}
      rightSection={
        text !== '' && (
          <Button
            variant="subtle"
            size="compact-xs"
            aria-label={`Lift the cap: ${name}`}
            onClick={() => onText('')}
          >
            Lift
          </Button>
        )
      }
    />
  );
}
