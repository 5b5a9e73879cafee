import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Verdict } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { Chip, Panel, type Tone } from '../../ui/page';
import { Await, Empty } from '../../ui/states';
import { useCommands } from '../commands/use-commands';
import { CommandTable } from '../commands/commands-screen';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import { useCampaignRules } from './use-campaign';

type GoverningRule = NonNullable<ReturnType<typeof useCampaignRules>['data']>['items'][number];

const TONES: Readonly<Record<Verdict['kind'], Tone>> = {
  fires: 'bad',
  suppressed: 'warn',
  skipped: 'none',
  'not-matched': 'good',
  failed: 'bad',
};

/** The rules that govern a campaign, and what each makes of it now. */
export function GovernancePanel({
  campaignId,
  zone,
}: {
  readonly campaignId: string;
  readonly zone: string;
}) {
  const rules = useCampaignRules(campaignId);
  const columns = useMemo(() => columnsOf(zone), [zone]);
  return (
    <TablePanel
      title="What governs it"
      what="rules"
      of={rules}
      rows={({ items }) => items}
      columns={columns}
      rowKey={({ ruleId }) => ruleId}
      empty={{ title: 'No rule governs this campaign' }}
    />
  );
}

function columnsOf(zone: string): readonly TableColumn<GoverningRule>[] {
  return [
    {
      ...{ id: 'name', label: 'Rule', kind: 'head' as const },
      cell: ({ ruleId, name }) => (
        <Link to="/rules/$ruleId" params={{ ruleId }}>
          {name}
        </Link>
      ),
    },
    {
      ...{ id: 'mode', label: 'Mode' },
      cell: ({ mode }) => <Chip tone={mode === 'active' ? 'accent' : 'none'}>{mode}</Chip>,
    },
    {
      ...{ id: 'now', label: 'Now' },
      cell: ({ verdict }) => <Chip tone={TONES[verdict.kind]}>{sentenceOf(verdict.kind)}</Chip>,
    },
    {
      ...{ id: 'why', label: 'Why' },
      cell: ({ verdict: { why, command } }) => (why === null ? (command?.reason ?? '') : sentenceOf(why)),
    },
    {
      ...{ id: 'fired', label: 'Last fired' },
      cell: ({ lastFiredAt, firedTotal }) =>
        lastFiredAt === null ? 'never' : `${moment(lastFiredAt, zone)}, ${firedTotal} ×`,
    },
    {
      ...{ id: 'held', label: 'Last held back' },
      cell: ({ lastSuppressed, lastBlindAt }) => heldBack(lastSuppressed, lastBlindAt, zone),
    },
  ];
}

/** When a rule was last overruled, or too blind to act; whichever was later. */
function heldBack(
  suppressed: GoverningRule['lastSuppressed'],
  blindAt: GoverningRule['lastBlindAt'],
  zone: string,
): string {
  if (suppressed === null) return blindAt === null ? 'never' : `blind ${moment(blindAt, zone)}`;
  if (blindAt !== null && blindAt > suppressed.at) return `blind ${moment(blindAt, zone)}`;
  return `overruled ${moment(suppressed.at, zone)}`;
}

/** Its last commands. */
export function CampaignCommands({ campaignId }: { readonly campaignId: string }) {
  const commands = useCommands({ campaignId });
  return (
    <Panel
      title="Commands"
      flush
      actions={
        <Link to="/commands" search={{ campaignId }}>
          All
        </Link>
      }
    >
      <Await of={commands} what="commands">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No rule has ordered anything here" />
          ) : (
            <CommandTable items={items.slice(0, 8)} />
          )
        }
      </Await>
    </Panel>
  );
}
