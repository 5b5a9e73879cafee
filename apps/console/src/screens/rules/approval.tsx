import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { Rule } from '../../api/generated/types.gen';
import { useMay, useMe } from '../../session/use-session';
import { Refusal } from '../../ui/states';
import { useNow } from '../../ui/now';
import { whyNotApprove } from './four-eyes';
import { useStep, type Step } from './use-rules';

const WORDS: Readonly<Record<Step, { readonly button: string; readonly text: string }>> = {
  submit: { button: 'Submit', text: 'Asks another person to put this revision into force.' },
  shadow: {
    button: 'Submit for shadow',
    text: 'Asks another person to let this revision run without ordering anything.',
  },
  approve: { button: 'Approve', text: 'Puts exactly the revision that you see into force.' },
  reject: {
    button: 'Reject',
    text: 'Gives it back to its author as a draft. Say why: it is what they will read.',
  },
  disable: { button: 'Disable', text: 'Takes the rule out of force at once.' },
};

/** What can be done to a rule by whom is signed in; nobody approves what they submitted or wrote, and is told so. */
export function Approval({ rule }: { readonly rule: Rule }) {
  const me = useMe();
  const mayWrite = useMay('rules:write');
  const mayApprove = useMay('rules:approve');
  const [asking, setAsking] = useState<Step>();
  const nowMs = useNow();
  const whyNot = rule.mode === 'pending' && mayApprove ? whyNotApprove(rule, me, nowMs) : undefined;
  const steps: readonly Step[] = [
    ...(rule.mode === 'draft' && mayWrite ? (['shadow', 'submit'] as const) : []),
    ...(rule.mode === 'pending' && mayApprove ? (['reject'] as const) : []),
    ...(rule.mode === 'pending' && mayApprove && whyNot === undefined ? (['approve'] as const) : []),
    ...((rule.mode === 'active' || rule.mode === 'shadow') && mayWrite ? (['disable'] as const) : []),
  ];
  return (
    <>
      {whyNot !== undefined && (
        <span className="fd-why-not" role="note">
          {whyNot}
        </span>
      )}
      {steps.map((step) => (
        <Button
          key={step}
          variant={step === 'submit' || step === 'approve' ? 'filled' : 'default'}
          onClick={() => setAsking(step)}
        >
          {WORDS[step].button}
        </Button>
      ))}
      {asking !== undefined && <StepDialog rule={rule} step={asking} onClose={() => setAsking(undefined)} />}
    </>
  );
}

function StepDialog({
  rule,
  step,
  onClose,
}: {
  readonly rule: Rule;
  readonly step: Step;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const move = useStep(rule);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    move.mutate({ step, reason }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={WORDS[step].button}>
      <form onSubmit={submit}>
        <p>
          {WORDS[step].text}
          {step === 'approve' &&
            ` It is revision ${rule.revision} of “${rule.name}”, wanted ${rule.submission?.wanted ?? 'active'}.`}
        </p>
        <TextInput
          label="Reason"
          description="Kept in the ledger beside your name."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <Refusal error={move.error} />
        <div className="fd-dialog-actions">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={move.isPending}>
            {WORDS[step].button}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
