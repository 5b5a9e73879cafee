import { Button, NumberInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { InclusionProof, LedgerCheck } from '../../api/generated/types.gen';
import { count } from '../../format/number';
import { moment } from '../../format/time';
import { useMay } from '../../session/use-session';
import { Chip, Panel } from '../../ui/page';
import { Await, Refusal } from '../../ui/states';
import { useCheckpoint, useInclusion, useVerification } from './use-audit';

/** What was signed of the ledger, whether it still holds, and the proof of any event in it. */
export function CheckpointPanel() {
  const checkpoint = useCheckpoint();
  const verification = useVerification();
  const mayExport = useMay('audit:export');
  return (
    <Panel
      title="Signed checkpoint"
      actions={
        mayExport && (
          <Button size="xs" loading={verification.isPending} onClick={() => verification.mutate({})}>
            Verify the ledger
          </Button>
        )
      }
    >
      <Await of={checkpoint} what="checkpoint">
        {({ size, root, signedAt, state, detail, note, origin }) => (
          <>
            <p style={{ margin: '0 0 8px' }}>
              <Chip tone={state === 'kept' ? 'good' : 'bad'}>{state === 'kept' ? 'kept' : 'broken'}</Chip>{' '}
              {count(size)} events of <strong>{origin}</strong>, signed {moment(signedAt, undefined, true)};
              root <span className="fd-mono">{root}</span>
              {detail !== null && <span className="fd-tone-bad"> {detail}</span>}
            </p>
            <pre className="fd-json" tabIndex={0} aria-label="The signed note">
              {note}
            </pre>
          </>
        )}
      </Await>
      <Refusal error={verification.error} />
      {verification.data !== undefined && <Checked check={verification.data} />}
      <Inclusion />
    </Panel>
  );
}

function Checked({ check }: { readonly check: LedgerCheck }) {
  return (
    <div role="status">
      <p>
        <Chip tone={check.sound ? 'good' : 'bad'}>{check.sound ? 'sound' : 'not sound'}</Chip> events{' '}
        {count(check.from)} to {count(check.to)} hashed anew and held against {count(check.size)} signed ones.
      </p>
      {check.faults.map((fault) => (
        <p key={`${fault.kind} ${fault.position}`} className="fd-tone-bad">
          {fault.kind} at {fault.position}
          {fault.stream === null ? '' : ` (${fault.stream}@${fault.revision ?? '?'})`}: {fault.detail}
        </p>
      ))}
    </div>
  );
}

function Inclusion() {
  const [position, setPosition] = useState<number | string>(0);
  const inclusion = useInclusion();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    inclusion.mutate(Number(position));
  };
  return (
    <form onSubmit={submit} style={{ marginTop: 12 }}>
      <div style={{ display: 'flex', gap: 8, alignItems: 'end' }}>
        <NumberInput
          size="xs"
          label="Prove the event at position"
          min={0}
          allowDecimal={false}
          value={position}
          onChange={setPosition}
        />
        <Button type="submit" size="xs" variant="default" loading={inclusion.isPending}>
          Prove
        </Button>
      </div>
      <Refusal error={inclusion.error} />
      {inclusion.data !== undefined && <Proof proof={inclusion.data} />}
    </form>
  );
}

function Proof({ proof }: { readonly proof: InclusionProof }) {
  return (
    <div role="status">
      <p>
        Leaf <span className="fd-mono">{proof.leafHash}</span>, and {proof.path.length} hashes on the way to
        the root:
      </p>
      <ol className="fd-mono" style={{ maxHeight: 180, overflow: 'auto' }}>
        {proof.path.map((hash) => (
          <li key={hash}>{hash}</li>
        ))}
      </ol>
    </div>
  );
}
