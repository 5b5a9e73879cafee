import { Button, Modal, TextInput } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import type { Command, Explanation } from '../../api/generated/types.gen';
import { milliseconds } from '../../format/number';
import { moment } from '../../format/time';
import { commandName, sentenceOf, stateTone } from '../../format/words';
import { useMay } from '../../session/use-session';
import { Icon } from '../../ui/icons';
import { Chip, Page, Panel, Tile } from '../../ui/page';
import { Await, Refusal } from '../../ui/states';
import { severityTone } from './commands-screen';
import { ConditionTable } from './condition-table';
import { CoursePanel } from './course-panel';
import { plainly } from './conditions';
import { sentencesOf } from './sentences';
import { reactionMs, useByHand, useCommand } from './use-commands';

const route = getRouteApi('/commands/$commandId');

/** One command: what it ordered, why, and what became of it. */
export function CommandScreen() {
  const { commandId } = route.useParams();
  const { command, explanation } = useCommand(commandId);
  const mayOrder = useMay('commands:order');
  const [asking, setAsking] = useState<'undo' | 'redrive'>();
  return (
    <Await of={command} what="command">
      {(told) => (
        <Page
          title={commandName(told.command)}
          beside={
            <>
              <Chip tone={stateTone(told.state)}>{told.state}</Chip>
              <Chip tone={severityTone(told.severity)}>{told.severity}</Chip>
              <Link className="fd-mono" to="/campaigns/$campaignId" params={{ campaignId: told.campaignId }}>
                {told.campaignId}
              </Link>
            </>
          }
          actions={
            mayOrder && (
              <>
                <Button
                  variant="default"
                  leftSection={<Icon name="undo" />}
                  onClick={() => setAsking('undo')}
                >
                  Undo
                </Button>
                <Button
                  variant="default"
                  leftSection={<Icon name="refresh" />}
                  onClick={() => setAsking('redrive')}
                >
                  Redrive
                </Button>
              </>
            )
          }
        >
          <Facts command={told} />
          <CoursePanel command={told} />
          <Await of={explanation} what="explanation">
            {(why) => <Why why={why} />}
          </Await>
          {asking !== undefined && (
            <ByHandDialog what={asking} command={told} onClose={() => setAsking(undefined)} />
          )}
        </Page>
      )}
    </Await>
  );
}

function Facts({ command }: { readonly command: Command }) {
  return (
    <dl className="fd-tiles" style={{ margin: 0 }}>
      <Tile label="Issued" note={`number ${command.sequence} of the campaign`}>
        {moment(command.issuedAt, undefined, true)}
      </Tile>
      <Tile label="Expires">{moment(command.expiresAt, undefined, true)}</Tile>
      <Tile label="Sent" note={command.error ?? command.bus ?? 'not yet'}>
        {command.dispatches} ×
      </Tile>
      <Tile label="Answer" note={command.acknowledgement?.detail ?? command.acknowledgement?.actor}>
        {command.acknowledgement === null ? 'none yet' : command.acknowledgement.outcome}
      </Tile>
      <Tile label="Reaction">{milliseconds(reactionMs(command))}</Tile>
    </dl>
  );
}

function Why({ why }: { readonly why: Explanation }) {
  const sentences = sentencesOf(why.conditions);
  return (
    <>
      <Panel title="Why">
        <p style={{ margin: '0 0 8px' }}>{why.sentence}</p>
        {sentences.length > 0 && (
          <ul className="fd-sentences">
            {sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
        <p className="fd-dim" style={{ margin: 0 }}>
          Decided {moment(why.decidedAt, undefined, true)} on <AtLedger {...why.cause} />, recorded at{' '}
          <AtLedger {...why.recordedAt} />
          {why.rule !== null && (
            <>
              {' '}
              by rule{' '}
              <Link to="/rules/$ruleId" params={{ ruleId: why.rule.ruleId }}>
                {why.rule.name}
              </Link>
              , revision {why.rule.revision} of {why.rule.author}
            </>
          )}
          {why.byHand !== null && (
            <>
              , by hand: {why.byHand.kind} of <span className="fd-mono">{why.byHand.commandId}</span> by{' '}
              {why.byHand.actor}
            </>
          )}
          .
        </p>
        {why.reevaluation !== null && (
          <p style={{ margin: '8px 0 0' }}>
            <Chip tone={why.reevaluation.same ? 'good' : 'bad'}>
              {why.reevaluation.same
                ? 'evaluated again: the same command'
                : 'evaluated again: another outcome'}
            </Chip>
          </p>
        )}
      </Panel>
      {why.conditions !== null && (
        <Panel title="Conditions, as the engine judged them" flush>
          <ConditionTable conditions={why.conditions} />
        </Panel>
      )}
      <div className="fd-columns">
        <Panel title="Facts it was decided on" flush>
          <table className="fd-table">
            <tbody>
              {Object.entries(why.facts).map(([fact, value]) => (
                <tr key={fact}>
                  <th scope="row" className="fd-mono">
                    {fact}
                  </th>
                  <td className="fd-num" title={JSON.stringify(value)}>
                    {plainly(value)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
        <Panel title="Guards that were asked" flush>
          <table className="fd-table">
            <tbody>
              {why.guards.map(({ guard, asked, saw, passed }) => (
                <tr key={guard}>
                  <th scope="row">{sentenceOf(guard)}</th>
                  <td>
                    asked {plainly(asked)}
                    <span className="fd-dim"> · saw {plainly(saw)}</span>
                  </td>
                  <td>
                    <Chip tone={passed ? 'good' : 'bad'}>{passed ? 'passed' : 'held back'}</Chip>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      </div>
    </>
  );
}

/** An event of the ledger, and the way to it for whoever may read the ledger. */
function AtLedger({ stream, revision }: { readonly stream: string; readonly revision: number }) {
  const mayRead = useMay('audit:read');
  const text = `${stream}@${revision}`;
  if (!mayRead) return <span className="fd-mono">{text}</span>;
  return (
    <Link className="fd-mono" to="/audit/ledger" search={{ stream, revision }}>
      {text}
    </Link>
  );
}

const WORDS = {
  undo: { title: 'Take it back', text: 'Orders the opposite of what this command changed.', button: 'Undo' },
  redrive: {
    title: 'Send it once more',
    text: 'Orders the same again, as a new command.',
    button: 'Redrive',
  },
} as const;

function ByHandDialog({
  what,
  command,
  onClose,
}: {
  readonly what: 'undo' | 'redrive';
  readonly command: Command;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const order = useByHand(command.commandId, what);
  const { title, text, button } = WORDS[what];
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    order.mutate(reason, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <p>{text}</p>
        <TextInput
          label="Reason"
          description="Kept in the ledger beside your name."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <Refusal error={order.error} />
        <div className="fd-dialog-actions">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={order.isPending}>
            {button}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
