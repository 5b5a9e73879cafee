import { Chip } from '../../ui/page';
import { judgedLines, plainly, type SayFact } from './conditions';

/** A condition tree with what the engine saw. */
export function ConditionTable({
  conditions,
  say = (_, value) => plainly(value),
}: {
  readonly conditions: unknown;
  readonly say?: SayFact;
}) {
  return (
    <div className="fd-scroll" tabIndex={0}>
      <table className="fd-table">
        <thead>
          <tr>
            <th>Condition</th>
            <th className="fd-num">Saw</th>
            <th>Result</th>
          </tr>
        </thead>
        <tbody>
          {judgedLines(conditions).map(({ depth, text, saw, result, comparison }, at) => (
            <tr key={at}>
              <td className="fd-mono" style={{ paddingLeft: 12 + 20 * depth }}>
                {text}
              </td>
              <td className="fd-num" title={JSON.stringify(saw)}>
                {saw === undefined ? '' : say(comparison?.fact ?? '', saw)}
              </td>
              <td>
                {result === undefined ? (
                  <span className="fd-dim">not looked at</span>
                ) : (
                  <Chip tone={result ? 'good' : 'none'}>{result ? 'true' : 'false'}</Chip>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
