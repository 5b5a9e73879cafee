import { Button, CopyButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { InclusionProof, LedgerEvent } from '../../../api/generated/types.gen';
import { saveAs } from '../../../files/csv';
import { count } from '../../../format/number';
import { moment } from '../../../format/time';
import { Chip, Panel } from '../../../ui/page';
import { Await, Empty, Refusal } from '../../../ui/states';
import { canCheck, type InclusionCheck } from './check-inclusion';
import { useCheck, useInclusionOf, useLedgerEvent } from './use-ledger';

interface Place {
  readonly stream: string;
  readonly revision: number;
}

/** One event: where it stands, what it says, who wrote it, and the proof that it stands there. */
export function EventPanel({ stream, revision }: Place) {
  const event = useLedgerEvent(stream, revision);
  const proof = useInclusionOf(stream, revision);
  return (
    <Panel title={`Event ${stream}@${revision}`}>
      <Await of={event} what="event">
        {(told) =>
          told === null ? (
            <Empty title="There is no such event">
              <p>The stream does not go so far.</p>
            </Empty>
          ) : (
            <Told event={told} proof={proof.data} isProofPending={proof.isPending} />
          )
        }
      </Await>
      {proof.error !== null && <Refusal error={proof.error} />}
      {proof.data !== undefined && <Prove proof={proof.data} of={{ stream, revision }} />}
    </Panel>
  );
}

function Told({
  event,
  proof,
  isProofPending,
}: {
  readonly event: LedgerEvent;
  readonly proof: InclusionProof | undefined;
  readonly isProofPending: boolean;
}) {
  const { stream, revision, id, type, recordedAt, data, metadata } = event;
  const campaignId = campaignOf(data);
  const link = `${window.location.origin}/audit/ledger?stream=${encodeURIComponent(stream)}&revision=${revision}`;
  return (
    <>
      <dl className="fd-facts">
        <dt>Type</dt>
        <dd>{type}</dd>
        <dt>Position</dt>
        <dd>
          {proof === undefined ? (
            isProofPending ? (
              'not signed for yet…'
            ) : (
              'not signed for'
            )
          ) : (
            <Link to="/audit/ledger" search={{ position: proof.position }}>
              {count(proof.position)}
            </Link>
          )}{' '}
          <span className="fd-dim">in the global order</span>
        </dd>
        <dt>Revision</dt>
        <dd>
          {count(revision)} <span className="fd-dim">of {stream}</span>
        </dd>
        <dt>Recorded</dt>
        <dd title={recordedAt}>{moment(recordedAt, undefined, true)}</dd>
        <dt>Id</dt>
        <dd className="fd-mono">{id}</dd>
      </dl>
      <div className="fd-row">
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy link'}
            </Button>
          )}
        </CopyButton>
        {campaignId !== undefined && (
          <Link to="/audit/time" search={{ campaignId, asOf: recordedAt }}>
            {campaignId} at that moment
          </Link>
        )}
      </div>
      <h3 className="fd-label">Data</h3>
      <pre className="fd-json fd-json-tall" tabIndex={0} aria-label="Data of the event">
        {JSON.stringify(data, null, 2)}
      </pre>
      <h3 className="fd-label">Metadata</h3>
      <pre className="fd-json fd-json-tall" tabIndex={0} aria-label="Metadata of the event">
        {JSON.stringify(metadata, null, 2)}
      </pre>
    </>
  );
}

function Prove({ proof, of }: { readonly proof: InclusionProof; readonly of: Place }) {
  const check = useCheck();
  const file = `proof-${of.stream}-${of.revision}.json`;
  return (
    <>
      <h3 className="fd-label">Inclusion</h3>
      <div className="fd-row">
        {canCheck() ? (
          <Button size="compact-sm" loading={check.isPending} onClick={() => check.mutate(proof)}>
            Verify inclusion
          </Button>
        ) : (
          <span className="fd-dim">This browser checks nothing on a page that came without TLS.</span>
        )}
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => saveAs(file, JSON.stringify(proof), 'application/json')}
        >
          Download proof
        </Button>
      </div>
      <Refusal error={check.error} />
      {check.data !== undefined && <Checked check={check.data} proof={proof} />}
      <p className="fd-dim fd-hint">
        Without this system:{' '}
        <code className="fd-mono">node tools/verify.mjs inclusion {file} --key &lt;the key you keep&gt;</code>
      </p>
    </>
  );
}

function Checked({ check, proof }: { readonly check: InclusionCheck; readonly proof: InclusionProof }) {
  return (
    <div role="status">
      <p>
        <Chip tone={check.isProved ? 'good' : 'bad'}>{check.isProved ? 'proved' : 'not proved'}</Chip>{' '}
        {check.isProved
          ? `It stands at ${count(proof.position)} of the ${count(check.signedSize)} events that are signed for.`
          : 'What the server says and what was signed are not the same.'}{' '}
        <span className="fd-dim">This browser computed it.</span>
      </p>
      <ol className="fd-steps">
        <Step isGood={check.isLeafSame} what="The event’s bytes and place come to its leaf">
          {check.leaf}
        </Step>
        <Step isGood={check.isRootSame} what={`${proof.path.length} hashes lead from it to the signed root`}>
          {check.root ?? 'the path has another length than the tree'}
        </Step>
        <Step isGood={check.isSignatureGood} what="The root is signed with the ledger’s key">
          {proof.key}
        </Step>
      </ol>
      <details>
        <summary>The path</summary>
        <ol className="fd-mono fd-path" tabIndex={0} aria-label="Hashes of the path">
          {proof.path.map((hash) => (
            <li key={hash}>{hash}</li>
          ))}
        </ol>
      </details>
    </div>
  );
}

function Step({
  isGood,
  what,
  children,
}: {
  readonly isGood: boolean;
  readonly what: string;
  readonly children: string;
}) {
  return (
    <li>
      <span className={isGood ? 'fd-tone-good' : 'fd-tone-bad'}>{isGood ? '✓' : '✗'}</span> {what}
      <div className="fd-mono fd-dim fd-long">{children}</div>
    </li>
  );
}

function campaignOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('campaignId' in data)) return undefined;
  return typeof data.campaignId === 'string' ? data.campaignId : undefined;
}
