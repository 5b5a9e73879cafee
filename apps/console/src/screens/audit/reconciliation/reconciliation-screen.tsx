import { Button, TextInput } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { useCampaigns } from '../../campaigns/use-campaigns';
import { Panel } from '../../../ui/page';
import { Await, Empty } from '../../../ui/states';
import { CampaignSelect } from '../campaign-select';
import { ClosedPanel } from './closed-panel';
import { InvoicePanel } from './invoice-panel';
import { StatementPanel } from './statement-panel';
import type { Period } from './use-reconciliation';

const route = getRouteApi('/audit/reconciliation');
const WEEK_MS = 6 * 86_400_000;

/** A campaign's days as money: what was counted and why, what an invoice says of them, and when they were closed. */
export function ReconciliationScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const campaigns = useCampaigns();
  const [openedMs] = useState(() => Date.now());
  const campaign =
    campaigns.data?.find(({ campaignId }) => campaignId === search.campaignId) ?? campaigns.data?.[0];
  const campaignId = search.campaignId ?? campaign?.campaignId;
  const to = search.to ?? dayIn(campaign?.timezone, openedMs);
  const from = search.from ?? dayIn(campaign?.timezone, Date.parse(to) - WEEK_MS);
  if (campaignId === undefined)
    return (
      <Panel title="Reconciliation">
        <Await of={campaigns} what="campaigns">
          {() => <Empty title="No campaign is registered yet" />}
        </Await>
      </Panel>
    );
  const period: Period = { campaignId, from, to };
  const key = `${campaignId} ${from} ${to}`;
  return (
    <>
      <PeriodForm
        key={key}
        period={period}
        onPeriod={(next) => void navigate({ search: { ...next }, replace: true })}
      />
      <StatementPanel key={`statement ${key}`} period={period} />
      <InvoicePanel key={`invoice ${key}`} period={period} />
      <ClosedPanel key={`closed ${key}`} period={period} />
    </>
  );
}

function PeriodForm({
  period,
  onPeriod,
}: {
  readonly period: Period;
  readonly onPeriod: (period: Period) => void;
}) {
  const [from, setFrom] = useState(period.from);
  const [to, setTo] = useState(period.to);
  const isPeriod = from !== '' && to !== '' && from <= to;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (isPeriod) onPeriod({ ...period, from, to });
  };
  return (
    <form className="fd-look" onSubmit={submit} aria-label="Period">
      <CampaignSelect
        label="Campaign"
        value={period.campaignId}
        onChange={(campaignId) => onPeriod({ ...period, campaignId })}
      />
      <TextInput
        type="date"
        label="From"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label="To, included"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        error={isPeriod ? undefined : 'Not before the first day'}
      />
      <Button type="submit" disabled={!isPeriod}>
        Add it up
      </Button>
    </form>
  );
}

function dayIn(zone: string | undefined, ms: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone ?? 'UTC' }).format(ms);
}
