import { Link } from '@tanstack/react-router';
import type { Explanation } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { useMay } from '../../session/use-session';
import { Chip, Panel } from '../../ui/page';
import { useKnownCampaigns } from '../campaigns/use-campaigns';
import { useFacts } from '../rules/use-rules';
import { ConditionTable } from './condition-table';
import { plainly } from './conditions';
import { factText } from './fact-text';
import { sentencesOf } from './sentences';

/** Why a command was ordered: in sentences, as conditions with what the engine saw, and by which facts and guards. */
export function Why({ why, campaignId }: { readonly why: Explanation; readonly campaignId: string }) {
  const catalog = useFacts().data?.items;
  const currency = useKnownCampaigns().find((one) => one.campaignId === campaignId)?.currency;
  const amounts = new Set(catalog?.filter(({ unit }) => unit === 'micros').map(({ name }) => name));
  const say = (fact: string, value: unknown): string =>
    amounts.has(fact) ? factText(value, 'micros', currency) : plainly(value);
  const sentences = sentencesOf(why.conditions, say);
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
          <ConditionTable conditions={why.conditions} say={say} />
        </Panel>
      )}
      <div className="fd-columns">
        <FactsPanel facts={why.facts} campaignId={campaignId} />
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

/** Amounts in the campaign's currency, as the catalog of facts says which are; the exact value in the title. */
function FactsPanel({
  facts,
  campaignId,
}: {
  readonly facts: Explanation['facts'];
  readonly campaignId: string;
}) {
  const catalog = useFacts().data?.items;
  const currency = useKnownCampaigns().find((one) => one.campaignId === campaignId)?.currency;
  return (
    <Panel title="Facts it was decided on" flush>
      <table className="fd-table">
        <tbody>
          {Object.entries(facts).map(([fact, value]) => {
            const known = catalog?.find(({ name }) => name === fact);
            return (
              <tr key={fact}>
                <th scope="row" className="fd-mono" title={known?.meaning}>
                  {fact}
                </th>
                <td className="fd-num" title={JSON.stringify(value)}>
                  {factText(value, known?.unit ?? null, currency)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
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
