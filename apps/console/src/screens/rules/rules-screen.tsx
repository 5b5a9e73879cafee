import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { ago, moment } from '../../format/time';
import { commandName } from '../../format/words';
import { useMay } from '../../session/use-session';
import { Icon } from '../../ui/icons';
import { useNow } from '../../ui/now';
import { Chip, Page, Panel, type Tone } from '../../ui/page';
import { Await, Empty } from '../../ui/states';
import type { Rule } from '../../api/generated/types.gen';
import { severityTone } from '../commands/commands-screen';
import { useCommands } from '../commands/use-commands';
import { scopeText } from './definition';
import { useRules } from './use-rules';

/** All rules: what each does, whether it is in force, when it last fired. */
export function RulesScreen() {
  const rules = useRules();
  const navigate = useNavigate();
  const mayWrite = useMay('rules:write');
  return (
    <Page
      title="Rules"
      actions={
        mayWrite && (
          <Button
            leftSection={<Icon name="plus" />}
            onClick={() => void navigate({ to: '/rules/$ruleId', params: { ruleId: 'new' } })}
          >
            New rule
          </Button>
        )
      }
    >
      <Await of={rules} what="rules">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No rule yet">
              <p>A rule watches campaigns and orders something, once, when its conditions hold.</p>
            </Empty>
          ) : (
            <Panel title="Rules" flush>
              <RuleTable items={items} />
            </Panel>
          )
        }
      </Await>
    </Page>
  );
}

function RuleTable({ items }: { readonly items: readonly Rule[] }) {
  const commands = useCommands({});
  const nowMs = useNow();
  return (
    <div className="fd-scroll" tabIndex={0}>
      <table className="fd-table">
        <thead>
          <tr>
            <th>Rule</th>
            <th>State</th>
            <th>Does</th>
            <th>Watches</th>
            <th>Last command</th>
            <th>Author</th>
          </tr>
        </thead>
        <tbody>
          {items.map((rule) => {
            const last = commands.data?.items.find(({ ruleId }) => ruleId === rule.ruleId);
            return (
              <tr key={rule.ruleId}>
                <td>
                  <Link to="/rules/$ruleId" params={{ ruleId: rule.ruleId }}>
                    {rule.name}
                  </Link>
                </td>
                <td>
                  <Chip tone={modeTone(rule.mode)}>{rule.mode}</Chip>
                </td>
                <td>
                  {commandName(rule.action.command)}{' '}
                  <Chip tone={severityTone(rule.severity)}>{rule.severity}</Chip>
                </td>
                <td>{scopeText(rule.scope)}</td>
                <td>
                  {last === undefined ? (
                    <span className="fd-dim">none lately</span>
                  ) : (
                    <Link
                      to="/commands/$commandId"
                      params={{ commandId: last.commandId }}
                      title={moment(last.issuedAt, undefined, true)}
                    >
                      {ago(last.issuedAt, nowMs)} ago
                    </Link>
                  )}
                </td>
                <td>{rule.author}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function modeTone(mode: Rule['mode']): Tone {
  switch (mode) {
    case 'active':
      return 'good';
    case 'pending':
      return 'warn';
    case 'shadow':
      return 'accent';
    case 'draft':
    case 'disabled':
      return 'none';
  }
}
