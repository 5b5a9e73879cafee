import type { HistoryItem } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { Panel } from '../../ui/page';

/** Everything that was done to the campaign, by whom and why; each line is an event of the ledger. */
export function HistoryPanel({
  campaignId,
  history,
  zone,
}: {
  readonly campaignId: string;
  readonly history: readonly HistoryItem[];
  readonly zone: string;
}) {
  return (
    <Panel title="History" flush>
      <div className="fd-scroll" tabIndex={0} style={{ maxHeight: 320 }}>
        <table className="fd-table">
          <thead>
            <tr>
              <th>When</th>
              <th>What</th>
              <th>Who</th>
              <th>Why</th>
              <th>Ledger</th>
            </tr>
          </thead>
          <tbody>
            {history.map(({ revision, type, at, actor, reason }) => (
              <tr key={revision}>
                <td>{moment(at, zone, true)}</td>
                <td>{sentenceOf(type)}</td>
                <td>{actor}</td>
                <td>{reason ?? ''}</td>
                <td className="fd-mono">
                  campaign-{campaignId}@{revision}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
