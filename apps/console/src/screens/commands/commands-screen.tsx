import { Button, Select } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Command } from '../../api/generated/types.gen';
import { count, milliseconds } from '../../format/number';
import { ago, moment } from '../../format/time';
import { commandName, stateTone } from '../../format/words';
import { Icon } from '../../ui/icons';
import { useNow } from '../../ui/now';
import { Chip, Page, Panel } from '../../ui/page';
import { Await, Empty } from '../../ui/states';
import { isUnanswered } from './course';
import { isCommandState, COMMAND_STATES } from './search';
import { reactionMs, SHOWN_MAX, useCommands } from './use-commands';

const route = getRouteApi('/commands');

/** What the rules have ordered, the newest first, and what became of it. */
export function CommandsScreen() {
  const { state, campaignId, ruleId } = route.useSearch();
  const navigate = route.useNavigate();
  const isNarrowed = state !== undefined || campaignId !== undefined || ruleId !== undefined;
  const commands = useCommands({ state, campaignId, ruleId });
  return (
    <Page
      title="Commands"
      beside={<span className="fd-dim">the newest {count(SHOWN_MAX)}, live</span>}
      actions={
        <>
          {campaignId !== undefined && (
            <Narrowed
              what={`campaign ${campaignId}`}
              onWiden={() => void navigate({ search: (was) => ({ ...was, campaignId: undefined }) })}
            />
          )}
          {ruleId !== undefined && (
            <Narrowed
              what={`rule ${ruleId}`}
              onWiden={() => void navigate({ search: (was) => ({ ...was, ruleId: undefined }) })}
            />
          )}
          <Select
            aria-label="State"
            placeholder="Any state"
            clearable
            w={160}
            data={COMMAND_STATES}
            value={state ?? null}
            onChange={(value) =>
              void navigate({
                search: (was) => ({ ...was, state: isCommandState(value) ? value : undefined }),
                replace: true,
              })
            }
          />
        </>
      }
    >
      <Await of={commands} what="commands">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={isNarrowed ? 'No command is like that' : 'No rule has ordered anything yet'}>
              <p>A command appears here within a second of the event that made a rule fire.</p>
            </Empty>
          ) : (
            <Panel title="Feed" flush>
              <CommandTable items={items} />
            </Panel>
          )
        }
      </Await>
    </Page>
  );
}

/** What the list is narrowed to, and a way out. */
function Narrowed({ what, onWiden }: { readonly what: string; readonly onWiden: () => void }) {
  return (
    <Button
      variant="default"
      rightSection={<Icon name="close" size={12} />}
      aria-label={`No longer only ${what}`}
      onClick={onWiden}
    >
      {what}
    </Button>
  );
}

export function CommandTable({ items }: { readonly items: readonly Command[] }) {
  const navigate = useNavigate();
  const nowMs = useNow();
  return (
    <div className="fd-scroll" tabIndex={0}>
      <table className="fd-table">
        <thead>
          <tr>
            <th>Issued</th>
            <th>Command</th>
            <th className="fd-wide-only">Campaign</th>
            <th className="fd-wide-only">Why</th>
            <th>State</th>
            <th className="fd-num fd-wide-only">Reaction</th>
          </tr>
        </thead>
        <tbody>
          {items.map((command) => (
            <tr
              key={command.commandId}
              data-link
              onClick={() =>
                void navigate({ to: '/commands/$commandId', params: { commandId: command.commandId } })
              }
            >
              <td className="fd-nowrap" title={moment(command.issuedAt, undefined, true)}>
                {ago(command.issuedAt, nowMs)} ago
              </td>
              <td className="fd-command">
                <a
                  href={`/commands/${command.commandId}`}
                  onClick={(event) => {
                    event.preventDefault();
                  }}
                >
                  {commandName(command.command)}
                </a>{' '}
                <Chip tone={severityTone(command.severity)}>{command.severity}</Chip>
                <span className="fd-mono fd-narrow-only">{command.campaignId}</span>
                <span className="fd-dim fd-narrow-only">{command.reason}</span>
              </td>
              <td className="fd-mono fd-wide-only">{command.campaignId}</td>
              <td className="fd-wide-only">{command.reason}</td>
              <td className="fd-command">
                <Chip tone={stateTone(command.state)}>{command.state}</Chip>
                {command.acknowledgement !== null && (
                  <span className="fd-dim"> {command.acknowledgement.outcome}</span>
                )}
                {isUnanswered(command) && <Chip tone="bad">no answer in time</Chip>}
              </td>
              <td className="fd-num fd-wide-only">{milliseconds(reactionMs(command))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function severityTone(severity: Command['severity']): 'bad' | 'warn' | 'none' {
  return severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : 'none';
}
