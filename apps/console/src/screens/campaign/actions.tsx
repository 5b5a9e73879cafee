import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { Campaign } from '../../api/generated/types.gen';
import { asProblem } from '../../api/problem';
import { inputMoney, money, parseMoney } from '../../format/money';
import { sentenceOf } from '../../format/words';
import { Icon } from '../../ui/icons';
import { Chip } from '../../ui/page';
import { Refusal } from '../../ui/states';
import { useChangeBudget, useHistory, usePauseOrResume } from './use-campaign';

type Asking = 'pause' | 'resume' | 'budget';

/** What a manager may do to a campaign, each with a reason. */
export function CampaignActions({ campaign }: { readonly campaign: Campaign }) {
  const [asking, setAsking] = useState<Asking>();
  const isPaused = campaign.status === 'paused';
  const close = (): void => setAsking(undefined);
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name={isPaused ? 'play' : 'pause'} />}
        onClick={() => setAsking(isPaused ? 'resume' : 'pause')}
      >
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
      <Button variant="default" onClick={() => setAsking('budget')}>
        Change budget
      </Button>
      {asking === 'budget' && <BudgetDialog seen={campaign} onClose={close} />}
      {(asking === 'pause' || asking === 'resume') && (
        <StatusDialog campaign={campaign} what={asking} onClose={close} />
      )}
    </>
  );
}

function StatusDialog({
  campaign,
  what,
  onClose,
}: {
  readonly campaign: Campaign;
  readonly what: 'pause' | 'resume';
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const change = usePauseOrResume(campaign, what);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    change.mutate(reason, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={what === 'pause' ? `Pause ${campaign.name}` : `Resume ${campaign.name}`}
    >
      <form onSubmit={submit}>
        <ReasonField reason={reason} onReason={setReason} />
        <Refusal error={change.error} />
        <Buttons
          onClose={onClose}
          isPending={change.isPending}
          label={what === 'pause' ? 'Pause' : 'Resume'}
        />
      </form>
    </Modal>
  );
}

const CHANGED_MEANWHILE = 412;

/**
 * The caps, changed as this person saw them; when somebody was quicker, who and why, and theirs beside one's own, to be decided anew.
 * Both caps are sent, for a cap that is not is lifted.
 */
function BudgetDialog({ seen, onClose }: { readonly seen: Campaign; readonly onClose: () => void }) {
  const [first] = useState(seen);
  const [base, setBase] = useState(seen);
  const [daily, setDaily] = useState(inputMoney(seen.budget.dailyMicros));
  const [lifetime, setLifetime] = useState(inputMoney(seen.budget.lifetimeMicros));
  const [reason, setReason] = useState('');
  const change = useChangeBudget(base);
  const wanted = budgetOf(daily, lifetime);
  const isConflict = change.error !== null && asProblem(change.error, 0).status === CHANGED_MEANWHILE;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (wanted === undefined) return;
    change.mutate({ ...wanted, ...(reason === '' ? {} : { reason }) }, { onSuccess: onClose });
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
function budgetOf(daily: string, lifetime: string): Campaign['budget'] | undefined {
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
  now,
  wanted,
  onDecide,
}: {
  readonly saw: Campaign;
  readonly now: Campaign;
  readonly wanted: Campaign['budget'] | undefined;
  readonly onDecide: () => void;
}) {
  const { campaignId, currency } = now;
  const last = useHistory(campaignId).data?.items[0];
  return (
    <div role="alert">
      <p>
        <strong>Somebody has changed this campaign meanwhile.</strong>{' '}
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

function ReasonField({
  reason,
  onReason,
}: {
  readonly reason: string;
  readonly onReason: (reason: string) => void;
}) {
  return (
    <TextInput
      label="Reason"
      description="Kept in the ledger beside your name."
      value={reason}
      onChange={(event) => onReason(event.currentTarget.value)}
    />
  );
}

function Buttons({
  onClose,
  isPending,
  isDisabled = false,
  label,
}: {
  readonly onClose: () => void;
  readonly isPending: boolean;
  readonly isDisabled?: boolean;
  readonly label: string;
}) {
  return (
    <div style={{ marginTop: 16, display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      <Button type="submit" loading={isPending} disabled={isDisabled}>
        {label}
      </Button>
    </div>
  );
}
