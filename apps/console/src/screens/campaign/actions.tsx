import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { Campaign } from '../../api/generated/types.gen';
import { asProblem } from '../../api/problem';
import { inputMoney, money, parseMoney } from '../../format/money';
import { Icon } from '../../ui/icons';
import { Refusal } from '../../ui/states';
import { useChangeBudget, usePauseOrResume } from './use-campaign';

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

/** The daily budget, changed as this person saw it; when somebody was quicker, theirs is shown beside it and decided anew. */
function BudgetDialog({ seen, onClose }: { readonly seen: Campaign; readonly onClose: () => void }) {
  const [first] = useState(seen);
  const [base, setBase] = useState(seen);
  const [text, setText] = useState(inputMoney(seen.budget.dailyMicros));
  const [reason, setReason] = useState('');
  const change = useChangeBudget(base);
  const micros = parseMoney(text);
  const isConflict = change.error !== null && asProblem(change.error, 0).status === CHANGED_MEANWHILE;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (micros === undefined) return;
    change.mutate({ dailyMicros: micros, ...(reason === '' ? {} : { reason }) }, { onSuccess: onClose });
  };
  const { currency } = seen;
  return (
    <Modal opened onClose={onClose} title={`Budget of ${seen.name}`}>
      <form onSubmit={submit}>
        <TextInput
          label={`Daily budget, ${currency}`}
          inputMode="decimal"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={micros === undefined ? 'An amount with up to six decimals' : undefined}
          data-autofocus
        />
        <ReasonField reason={reason} onReason={setReason} />
        {isConflict ? (
          <div role="alert">
            <p>
              <strong>Somebody has changed this campaign meanwhile.</strong>
            </p>
            <table className="fd-table">
              <tbody>
                <Row label="You saw" value={money(first.budget.dailyMicros, currency)} />
                <Row label="It is now" value={money(seen.budget.dailyMicros, currency)} />
                <Row label="You want" value={money(micros, currency)} />
              </tbody>
            </table>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                setBase(seen);
                change.reset();
              }}
            >
              Decide on what it is now
            </Button>
          </div>
        ) : (
          <Refusal error={change.error} />
        )}
        <Buttons
          onClose={onClose}
          isPending={change.isPending}
          isDisabled={micros === undefined || isConflict}
          label="Change"
        />
      </form>
    </Modal>
  );
}

function Row({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="fd-num">{value}</td>
    </tr>
  );
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
