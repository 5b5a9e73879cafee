import { Button, FileButton, TextInput, Textarea } from '@mantine/core';
import { useMemo, useState, type SyntheticEvent } from 'react';
import type { InvoiceComparison } from '../../../api/generated/types.gen';
import { exactMoney, money, parseMoney } from '../../../format/money';
import { bytes, count } from '../../../format/number';
import { Chip, Panel } from '../../../ui/page';
import { Refusal } from '../../../ui/states';
import { DataTable, type TableColumn } from '../../../ui/table/data-table';
import { CATEGORIES } from './figures';
import { useCompareInvoice, useReconciliation, type Period } from './use-reconciliation';

/** As much as the server takes. */
const CSV_BYTES_MAX = 1_000_000;
const EXAMPLE = 'day,amount\n2026-11-25,46.94';

/** An invoice or a platform's report, held against the ledger: what the difference is made of. */
export function InvoicePanel({ period }: { readonly period: Period }) {
  const [csv, setCsv] = useState('');
  const [tolerance, setTolerance] = useState('');
  const [problem, setProblem] = useState<string>();
  const compare = useCompareInvoice(period);
  const currency = useReconciliation(period).data?.currency ?? null;
  const toleranceMicros = tolerance.trim() === '' ? 0 : parseMoney(tolerance);
  const take = (file: File | null): void => {
    if (file === null) return;
    if (file.size > CSV_BYTES_MAX) {
      setProblem(`${file.name} has ${bytes(file.size)}; at most ${bytes(CSV_BYTES_MAX)} are taken.`);
      return;
    }
    setProblem(undefined);
    file.text().then(setCsv, () => setProblem(`${file.name} could not be read.`));
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (toleranceMicros !== undefined) compare.mutate({ csv, toleranceMicros });
  };
  return (
    <Panel title="Against an invoice or a report">
      <form onSubmit={submit} className="fd-form">
        <Textarea
          label="CSV with a header: day, amount or amountMicros; and if there, impressions, clicks, conversions, currency, campaignId"
          placeholder={EXAMPLE}
          rows={5}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={csv}
          onChange={(event) => setCsv(event.currentTarget.value)}
        />
        <div className="fd-look">
          <FileButton accept=".csv,text/csv" onChange={take} inputProps={{ 'aria-label': 'A CSV file' }}>
            {(props) => (
              <Button variant="default" {...props}>
                Choose a file
              </Button>
            )}
          </FileButton>
          <TextInput
            w={200}
            aria-label="What they may have rounded, a day"
            placeholder="rounded by, a day: 0"
            inputMode="decimal"
            value={tolerance}
            onChange={(event) => setTolerance(event.currentTarget.value)}
            error={toleranceMicros === undefined ? 'An amount' : undefined}
          />
          <Button
            type="submit"
            loading={compare.isPending}
            disabled={csv.trim() === '' || toleranceMicros === undefined}
          >
            Compare
          </Button>
        </div>
        {problem !== undefined && (
          <p role="alert" className="fd-tone-bad">
            {problem}
          </p>
        )}
        <Refusal error={compare.error} />
      </form>
      {compare.data !== undefined && <Compared told={compare.data} currency={currency} />}
    </Panel>
  );
}

type Category = InvoiceComparison['byCategory'][number];
type Day = InvoiceComparison['days'][number];

function Compared({
  told,
  currency,
}: {
  readonly told: InvoiceComparison;
  readonly currency: string | null;
}) {
  const { reportedMicros, netMicros, differenceMicros, unexplainedMicros, ignoredLines, byCategory, days } =
    told;
  const categories = useMemo(() => categoryColumns(currency), [currency]);
  const dayColumns = useMemo(() => columnsOfDays(currency), [currency]);
  const isSame = differenceMicros === 0 && byCategory.length === 0;
  return (
    <div style={{ marginTop: 12 }}>
      <p role="status">
        <Chip tone={isSame ? 'good' : unexplainedMicros === 0 ? 'warn' : 'bad'}>
          {isSame ? 'the same' : unexplainedMicros === 0 ? 'explained' : 'not all explained'}
        </Chip>{' '}
        They say {exactMoney(reportedMicros, currency)}, the ledger comes to {exactMoney(netMicros, currency)}
        : a difference of <strong>{signed(differenceMicros, currency)}</strong>
        {unexplainedMicros === 0 ? '' : `, of which ${signed(unexplainedMicros, currency)} nothing explains`}.
        {ignoredLines > 0 &&
          ` Of other campaigns or other days: ${count(ignoredLines)} ${ignoredLines === 1 ? 'line' : 'lines'}.`}
      </p>
      {byCategory.length > 0 && (
        <DataTable
          label="Difference by category"
          rows={byCategory}
          columns={categories}
          rowKey={({ category }) => category}
          isCards={false}
        />
      )}
      <DataTable
        label="Difference day by day"
        rows={days}
        columns={dayColumns}
        rowKey={({ day }) => day}
        maxHeight={360}
      />
    </div>
  );
}

function categoryColumns(currency: string | null): readonly TableColumn<Category>[] {
  return [
    {
      ...{ id: 'category', label: 'What it is made of', kind: 'head' as const },
      cell: ({ category }) => CATEGORIES[category],
    },
    {
      ...{ id: 'amount', label: 'They have more', kind: 'number' as const },
      value: ({ amountMicros }) => amountMicros,
      cell: ({ amountMicros, category }) => (
        <span className={category === 'unexplained' ? 'fd-tone-bad' : undefined}>
          {signed(amountMicros, currency)}
        </span>
      ),
    },
  ];
}

function columnsOfDays(currency: string | null): readonly TableColumn<Day>[] {
  return [
    { id: 'day', label: 'Day', kind: 'head', value: ({ day }) => day, cell: ({ day }) => day },
    { id: 'theirs', label: 'They say', kind: 'number', cell: (day) => money(day.reportedMicros, currency) },
    { id: 'ours', label: 'The ledger', kind: 'number', cell: (day) => money(day.netMicros, currency) },
    {
      ...{ id: 'difference', label: 'Difference', kind: 'number' as const },
      value: ({ differenceMicros }) => Math.abs(differenceMicros),
      cell: ({ differenceMicros }) => signed(differenceMicros, currency),
    },
    {
      ...{ id: 'made', label: 'Made of' },
      cell: ({ explanations }) => explanations.map(({ category }) => CATEGORIES[category]).join('; '),
    },
    {
      ...{ id: 'counts', label: 'Impressions, clicks, conversions', kind: 'number' as const },
      cell: ({ counts }) => countsOf(counts),
    },
  ];
}

function countsOf({ impressions, clicks, conversions }: Day['counts']): string {
  const all = [impressions, clicks, conversions];
  return all.every((one) => one === null) ? 'not reported' : all.map(lessOrMore).join(' · ');
}

function lessOrMore(difference: number | null): string {
  return difference === null ? '–' : difference > 0 ? `+${count(difference)}` : count(difference);
}

function signed(micros: number, currency: string | null): string {
  return `${micros > 0 ? '+' : ''}${exactMoney(micros, currency)}`;
}
