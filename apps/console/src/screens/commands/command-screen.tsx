import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Command } from '../../api/generated/types.gen';
import { milliseconds } from '../../format/number';
import { moment } from '../../format/time';
import { commandName, stateTone } from '../../format/words';
import { useMay } from '../../session/use-session';
import { Icon } from '../../ui/icons';
import { Chip, Page, Tile } from '../../ui/page';
import { Await } from '../../ui/states';
import { ByHandDialog } from './by-hand-dialog';
import { severityTone } from './commands-screen';
import { CoursePanel } from './course-panel';
import { reactionMs, useCommand } from './use-commands';
import { Why } from './why';

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
            {(why) => <Why why={why} campaignId={told.campaignId} />}
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
