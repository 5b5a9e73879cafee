import { Button, NativeSelect, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Rule, RuleItem } from '../../api/generated/types.gen';
import { count } from '../../format/number';
import { matchesAll } from '../../format/search';
import { ago, moment } from '../../format/time';
import { commandName, stateTone } from '../../format/words';
import { useMay } from '../../session/use-session';
import { Icon } from '../../ui/icons';
import { useNow } from '../../ui/now';
import { Chip, Page, Panel, type Tone } from '../../ui/page';
import { Await, Empty } from '../../ui/states';
import { severityTone } from '../commands/commands-screen';
import { scopeText } from './definition';
import { useRules } from './use-rules';

const MODES: readonly Rule['mode'][] = ['active', 'shadow', 'pending', 'draft', 'disabled'];

/** All rules: what each does, whether it is in force, when it last fired. */
export function RulesScreen() {
  const rules = useRules();
  const navigate = useNavigate();
  const mayWrite = useMay('rules:write');
  return (
    <Page
      title="Rules"
      beside={rules.data !== undefined && <span className="fd-dim">{count(rules.data.length)}</span>}
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
        {(items) =>
          items.length === 0 ? (
            <Empty title="No rule yet">
              <p>A rule watches campaigns and orders something, once, when its conditions hold.</p>
            </Empty>
          ) : (
            <Listed items={items} />
          )
        }
      </Await>
    </Page>
  );
}

function Listed({ items }: { readonly items: readonly RuleItem[] }) {
  const [wanted, setWanted] = useState('');
  const [mode, setMode] = useState('');
  const shown = items.filter(
    (rule) =>
      (mode === '' || rule.mode === mode) &&
      (wanted === '' ||
        matchesAll(`${rule.name} ${rule.ruleId} ${rule.author} ${scopeText(rule.scope)}`, wanted)),
  );
  return (
    <>
      <div className="fd-filters" role="search">
        <TextInput
          data-search
          aria-label="Search rules"
          placeholder="Search name, id, author, scope"
          leftSection={<Icon name="search" size={14} />}
          w={250}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label="State"
          data={[{ value: '', label: 'Any state' }, ...MODES.map((value) => ({ value, label: value }))]}
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value)}
        />
      </div>
      <Panel title="Rules" flush>
        {shown.length === 0 ? <Empty title="No rule is like that" /> : <RuleTable items={shown} />}
      </Panel>
    </>
  );
}

function RuleTable({ items }: { readonly items: readonly RuleItem[] }) {
  const nowMs = useNow();
  return (
    <div className="fd-scroll" tabIndex={0}>
      <table className="fd-table">
        <thead>
          <tr>
            <th>Rule</th>
            <th>State</th>
            <th>Does</th>
            <th className="fd-wide-only">Watches</th>
            <th>Last fired</th>
            <th className="fd-wide-only">Author</th>
          </tr>
        </thead>
        <tbody>
          {items.map((rule) => (
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
              <td className="fd-wide-only">{scopeText(rule.scope)}</td>
              <td>
                <LastFired rule={rule} nowMs={nowMs} />
              </td>
              <td className="fd-wide-only">{rule.authorPerson ?? rule.author}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LastFired({ rule: { lastCommand }, nowMs }: { readonly rule: RuleItem; readonly nowMs: number }) {
  if (lastCommand === null) return <span className="fd-dim">never</span>;
  const { commandId, campaignId, issuedAt, state } = lastCommand;
  return (
    <>
      <Link to="/commands/$commandId" params={{ commandId }} title={moment(issuedAt, undefined, true)}>
        {ago(issuedAt, nowMs)} ago
      </Link>{' '}
      <Chip tone={stateTone(state)}>{state}</Chip>
      <div className="fd-dim fd-mono fd-hint">{campaignId}</div>
    </>
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
