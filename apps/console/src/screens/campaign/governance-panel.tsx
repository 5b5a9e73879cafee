import { Link } from '@tanstack/react-router';
import type { Verdict } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { Chip, Panel, type Tone } from '../../ui/page';
import { Await, Empty } from '../../ui/states';
import { useCommands } from '../commands/use-commands';
import { CommandTable } from '../commands/commands-screen';
import { useCampaignRules } from './use-campaign';

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
  return (
    <Panel title="What governs it" flush>
      <Await of={rules} what="rules">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No rule governs this campaign" />
          ) : (
            <div className="fd-scroll" tabIndex={0}>
              <table className="fd-table">
                <thead>
                  <tr>
                    <th>Rule</th>
                    <th>Mode</th>
                    <th>Now</th>
                    <th>Why</th>
                    <th>Last fired</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ ruleId, name, mode, verdict, lastFiredAt, firedTotal }) => (
                    <tr key={ruleId}>
                      <th scope="row">{name}</th>
                      <td>
                        <Chip tone={mode === 'active' ? 'accent' : 'none'}>{mode}</Chip>
                      </td>
                      <td>
                        <Chip tone={TONES[verdict.kind]}>{sentenceOf(verdict.kind)}</Chip>
                      </td>
                      <td>{verdict.why ?? verdict.command?.reason ?? ''}</td>
                      <td>
                        {lastFiredAt === null ? 'never' : `${moment(lastFiredAt, zone)}, ${firedTotal} ×`}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Await>
    </Panel>
  );
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
