import { Button } from '@mantine/core';
import type { Backtest } from '../../../api/generated/types.gen';
import { compact, count } from '../../../format/number';
import { ago, moment } from '../../../format/time';
import { useMay } from '../../../session/use-session';
import { useNow } from '../../../ui/now';
import { Chip, type Tone } from '../../../ui/page';
import { Await, Refusal } from '../../../ui/states';
import { isOver, useBacktests, useCancelBacktest } from './use-backtests';

const TONES: Readonly<Record<Backtest['state'], Tone>> = {
  waiting: 'none',
  running: 'accent',
  done: 'good',
  cancelled: 'none',
  failed: 'bad',
};

interface Props {
  readonly ruleId: string;
  readonly shown: string | undefined;
  readonly onShow: (backtestId: string) => void;
}

/** The rule's backtests, how far each has come, and a way to stop those that run. */
export function BacktestList({ ruleId, shown, onShow }: Props) {
  const backtests = useBacktests(ruleId);
  const cancel = useCancelBacktest(ruleId);
  const mayCancel = useMay('rules:backtest');
  const nowMs = useNow();
  return (
    <Await of={backtests} what="backtests">
      {({ items }) =>
        items.length === 0 ? (
          <p className="fd-dim">None yet: the rule was not tried on the past.</p>
        ) : (
          <>
            <Refusal error={cancel.error} />
            <div className="fd-scroll" tabIndex={0} role="region" aria-label="Backtests of this rule">
              <table className="fd-table">
                <thead>
                  <tr>
                    <th>Asked</th>
                    <th>Range</th>
                    <th>State</th>
                    <th className="fd-num">Events read</th>
                    <th>
                      <span className="fd-hidden">What to do</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ backtestId, requestedAt, requestedBy, from, to, state, progress, error }) => (
                    <tr key={backtestId} data-selected={backtestId === shown}>
                      <td>
                        {ago(requestedAt, nowMs)} ago <span className="fd-dim">by {requestedBy}</span>
                      </td>
                      <td>
                        {moment(from)} – {moment(to)}
                      </td>
                      <td>
                        <Chip tone={TONES[state]}>{state}</Chip>
                        {error !== null && <div className="fd-tone-bad fd-hint">{error}</div>}
                      </td>
                      <td className="fd-num">
                        {count(progress.eventsRead)}
                        {!isOver(state) && (
                          <div className="fd-dim fd-hint">{compact(progress.eventsPerSecond)} a second</div>
                        )}
                      </td>
                      <td className="fd-nowrap">
                        {!isOver(state) && mayCancel && (
                          <Button
                            size="xs"
                            variant="subtle"
                            color="gray"
                            loading={cancel.isPending && cancel.variables === backtestId}
                            onClick={() => cancel.mutate(backtestId)}
                          >
                            Cancel
                          </Button>
                        )}
                        {state === 'done' && (
                          <Button
                            size="xs"
                            variant="subtle"
                            aria-pressed={backtestId === shown}
                            onClick={() => onShow(backtestId)}
                          >
                            Show
                          </Button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )
      }
    </Await>
  );
}
