import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { Panel } from '../../ui/page';
import { Await, Empty } from '../../ui/states';
import { useAccessBook } from './use-audit';

/** Who exported, replayed, read across campaigns, changed keys or approved: booked before it happened. */
export function AccessPanel() {
  const book = useAccessBook();
  return (
    <Panel title="Access book" flush>
      <Await of={book} what="access book">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing is booked yet" />
          ) : (
            <div className="fd-scroll" tabIndex={0} style={{ maxHeight: 360 }}>
              <table className="fd-table">
                <thead>
                  <tr>
                    <th>When</th>
                    <th>Who</th>
                    <th>What</th>
                    <th>With</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ revision, at, actor, role, person, action, route, parameters }) => (
                    <tr key={revision}>
                      <td>{moment(at, undefined, true)}</td>
                      <td>
                        {person ?? actor} <span className="fd-dim">{role}</span>
                      </td>
                      <td>
                        {sentenceOf(action)} <span className="fd-dim fd-mono">{route}</span>
                      </td>
                      <td className="fd-mono">
                        {Object.entries(parameters)
                          .map(([name, value]) => `${name}=${value}`)
                          .join(' ')}
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
