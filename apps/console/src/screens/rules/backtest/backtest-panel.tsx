import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMemo, useState, type SyntheticEvent } from 'react';
import type { Rule } from '../../../api/generated/types.gen';
import { instantOfLocal, localOfInstant } from '../../../format/local-time';
import { useMay } from '../../../session/use-session';
import { Panel } from '../../../ui/page';
import { Await, Refusal } from '../../../ui/states';
import { BacktestList } from './backtest-list';
import { BacktestResultView } from './backtest-result';
import { sweepOf, thresholdsOf, type Threshold } from './sweep';
import { useBacktest, useStartBacktest } from './use-backtests';

const DAY_MS = 86_400_000;
/** Of another revision: its pointers may lead elsewhere. */
const NONE: readonly Threshold[] = [];

/** Tries the rule as it is kept on what really happened, with one value or several beside each other. */
export function BacktestPanel({ rule }: { readonly rule: Rule }) {
  const mayTry = useMay('rules:backtest');
  const [shown, setShown] = useState<string>();
  const backtest = useBacktest(rule.ruleId, shown);
  const thresholds = useMemo(() => thresholdsOf(rule.conditions), [rule.conditions]);
  return (
    <Panel title="Backtest">
      {mayTry && <StartForm rule={rule} onStarted={setShown} />}
      <BacktestList ruleId={rule.ruleId} shown={shown} onShow={setShown} />
      {shown !== undefined && (
        <Await of={backtest} what="backtest">
          {(told) => (
            <BacktestResultView
              told={told}
              thresholds={told.ruleRevision === rule.revision ? thresholds : NONE}
            />
          )}
        </Await>
      )}
    </Panel>
  );
}

function StartForm({
  rule,
  onStarted,
}: {
  readonly rule: Rule;
  readonly onStarted: (backtestId: string) => void;
}) {
  const [from, setFrom] = useState(() => localOfInstant(Date.now() - DAY_MS).slice(0, 16));
  const [to, setTo] = useState('');
  const [at, setAt] = useState<string>();
  const [values, setValues] = useState('');
  const start = useStartBacktest(rule.ruleId);
  const thresholds = useMemo(() => thresholdsOf(rule.conditions), [rule.conditions]);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const range = { from: instantOfLocal(from), to: instantOfLocal(to) ?? new Date().toISOString() };
    if (range.from === undefined) return;
    const sweep = sweepOf(thresholds, at, values);
    start.mutate(
      { from: range.from, to: range.to, ...(sweep === undefined ? {} : { sweep }) },
      { onSuccess: ({ backtestId }) => onStarted(backtestId) },
    );
  };
  return (
    <form onSubmit={submit}>
      <div className="fd-pair">
        <TextInput
          label="From"
          type="datetime-local"
          required
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          label="To"
          description="Empty: now."
          inputWrapperOrder={['label', 'input', 'description']}
          type="datetime-local"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        {thresholds.length > 1 && (
          <NativeSelect
            label="Number to change"
            data={thresholds.map(({ pointer: value, label }) => ({ value, label }))}
            value={at ?? thresholds[0]?.pointer}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
        )}
        {thresholds.length > 0 && (
          <TextInput
            label="Thresholds to compare"
            placeholder="0.8, 0.9, 0.95"
            description={`Instead of ${thresholds.find(({ pointer }) => pointer === at)?.value ?? thresholds[0]?.value ?? ''}; empty: as it is.`}
            inputWrapperOrder={['label', 'input', 'description']}
            value={values}
            onChange={(event) => setValues(event.currentTarget.value)}
          />
        )}
      </div>
      <Refusal error={start.error} />
      <div className="fd-dialog-actions">
        <Button
          type="submit"
          loading={start.isPending}
          disabled={instantOfLocal(from) === undefined || (to !== '' && to <= from)}
        >
          Try on the past
        </Button>
      </div>
    </form>
  );
}
