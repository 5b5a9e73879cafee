import { Link } from '@tanstack/react-router';
import type { Preview, Verdict } from '../../api/generated/types.gen';
import { count } from '../../format/number';
import { clock } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { Chip, Panel, Tile, type Tone } from '../../ui/page';
import { Await, Refusal } from '../../ui/states';
import type { usePreview } from './use-rules';

/** What the rule as it is written would do this moment, and why it would not elsewhere. */
export function PreviewPanel({ preview }: { readonly preview: ReturnType<typeof usePreview> }) {
  return (
    <Panel title="What it would do now" flush>
      {preview.error === null ? (
        <Await of={preview} what="preview">
          {(told) => <Told told={told} />}
        </Await>
      ) : (
        <div className="fd-panel-body">
          <Refusal error={preview.error} />
        </div>
      )}
    </Panel>
  );
}

const TONES: Readonly<Record<Verdict['kind'], Tone>> = {
  fires: 'good',
  suppressed: 'warn',
  skipped: 'warn',
  'not-matched': 'none',
  failed: 'bad',
};

function Told({ told }: { readonly told: Preview }) {
  const skipped = Object.values(told.skipped).reduce((sum, n) => sum + n, 0);
  return (
    <>
      <dl className="fd-tiles fd-tiles-narrow" style={{ margin: 0 }}>
        <Tile label="Would act on">{count(told.matched)}</Tile>
        <Tile
          label="Skipped"
          note={Object.entries(told.skipped)
            .map(([why, n]) => `${sentenceOf(why).toLowerCase()}: ${n}`)
            .join(', ')}
        >
          {count(skipped)}
        </Tile>
        <Tile label="Not matched">{count(told.notMatched)}</Tile>
        <Tile label="Looked at" note={`at ${clock(told.evaluatedAt, undefined, true)}`}>
          {count(told.evaluated)}
        </Tile>
      </dl>
      <div className="fd-scroll" tabIndex={0}>
        <table className="fd-table">
          <thead>
            <tr>
              <th>Campaign</th>
              <th>Verdict</th>
              <th>Saw</th>
            </tr>
          </thead>
          <tbody>
            {told.items.map(({ campaignId, name, verdict }) => (
              <tr key={campaignId}>
                <td>
                  <Link to="/campaigns/$campaignId" params={{ campaignId }}>
                    {name ?? campaignId}
                  </Link>
                </td>
                <td>
                  <Chip tone={TONES[verdict.kind]}>{sentenceOf(verdict.kind).toLowerCase()}</Chip>{' '}
                  {verdict.why !== null && (
                    <span className="fd-dim">{sentenceOf(verdict.why).toLowerCase()}</span>
                  )}
                  {verdict.command !== null && <div className="fd-hint">{verdict.command.reason}</div>}
                </td>
                <td className="fd-mono">
                  {Object.entries(verdict.facts).map(([fact, value]) => (
                    <div key={fact}>
                      {fact} = {seen(value)}
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** A fact's value to as many digits as one compares by eye. */
function seen(value: unknown): string {
  return typeof value === 'number'
    ? value.toLocaleString('en-US', { maximumSignificantDigits: Math.abs(value) < 1_000 ? 4 : 15 })
    : JSON.stringify(value);
}
