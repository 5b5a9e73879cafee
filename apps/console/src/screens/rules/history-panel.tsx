import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { Panel } from '../../ui/page';
import { Await } from '../../ui/states';
import { useRuleHistory } from './use-rules';

/** Who changed the rule, when and why, and what was different then. */
export function HistoryPanel({ ruleId }: { readonly ruleId: string }) {
  const history = useRuleHistory(ruleId);
  return (
    <Panel title="History" flush>
      <Await of={history} what="history">
        {({ items }) => (
          <div className="fd-scroll" tabIndex={0}>
            <table className="fd-table">
              <thead>
                <tr>
                  <th>When</th>
                  <th>What</th>
                  <th>Who</th>
                  <th>Changed</th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ revision, type, at, actor, reason, changes }) => (
                  <tr key={revision}>
                    <td>{moment(at, undefined, true)}</td>
                    <td>
                      {sentenceOf(type)}
                      {reason !== undefined && <div className="fd-dim">{reason}</div>}
                    </td>
                    <td>{actor}</td>
                    <td className="fd-mono">
                      {changes.map(({ pointer, before, after }) => (
                        <div key={pointer}>
                          {pointer} <del>{JSON.stringify(before)}</del> <ins>{JSON.stringify(after)}</ins>
                        </div>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Await>
    </Panel>
  );
}
