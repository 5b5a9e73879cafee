import { Button, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Delivery, Webhook } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { useMay } from '../../session/use-session';
import { Chip } from '../../ui/page';
import { Refusal } from '../../ui/states';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import { DELIVERY_STATES, useDeliveries, useRedriveDelivery, useWebhooks } from './use-system';

/** Who is told, and what became of each message. */
export function WebhooksPanel() {
  const webhooks = useWebhooks();
  const [shown, setShown] = useState<string>();
  const columns = useMemo(() => webhookColumns(shown, setShown), [shown]);
  const url = webhooks.data?.items.find(({ webhookId }) => webhookId === shown)?.url;
  return (
    <>
      <TablePanel
        title="Webhooks"
        of={webhooks}
        rows={({ items }) => items}
        columns={columns}
        rowKey={({ webhookId }) => webhookId}
        isSelected={({ webhookId }) => webhookId === shown}
        empty={{
          title: 'Nobody is told by webhook',
          why: 'POST /v1/webhooks with a URL and a pattern begins it.',
        }}
      />
      {shown !== undefined && <Deliveries key={shown} webhookId={shown} url={url ?? shown} />}
    </>
  );
}

function webhookColumns(
  shown: string | undefined,
  onShow: (webhookId: string | undefined) => void,
): readonly TableColumn<Webhook>[] {
  return [
    { id: 'url', label: 'URL', kind: 'mono', isLong: true, cell: ({ url }) => url },
    {
      ...{ id: 'pattern', label: 'Pattern', kind: 'mono' as const, isLong: true },
      cell: ({ pattern }) => JSON.stringify(pattern),
    },
    {
      ...{ id: 'since', label: 'Since' },
      cell: ({ createdAt, createdBy }) => (
        <span>
          {moment(createdAt)} <span className="fd-dim">{createdBy}</span>
        </span>
      ),
    },
    {
      ...{ id: 'act', label: 'Deliveries', kind: 'act' as const },
      cell: ({ webhookId }) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-expanded={shown === webhookId}
          onClick={() => onShow(shown === webhookId ? undefined : webhookId)}
        >
          Deliveries
        </Button>
      ),
    },
  ];
}

function Deliveries({ webhookId, url }: { readonly webhookId: string; readonly url: string }) {
  const [state, setState] = useState<Delivery['state']>();
  const deliveries = useDeliveries(webhookId, state);
  const redrive = useRedriveDelivery(webhookId);
  const mayWrite = useMay('webhooks:write');
  const mayLook = useMay('audit:read');
  const { mutate } = redrive;
  const columns = useMemo(() => deliveryColumns(mayWrite, mayLook, mutate), [mayWrite, mayLook, mutate]);
  return (
    <TablePanel
      title={`Deliveries to ${url}`}
      what="deliveries"
      of={deliveries}
      rows={({ items }) => items}
      columns={columns}
      rowKey={({ deliveryId }) => deliveryId}
      maxHeight={300}
      empty={{ title: state === undefined ? 'Nothing was posted yet' : `Nothing is ${state}` }}
      actions={
        <Select
          aria-label="State of deliveries"
          placeholder="Any state"
          clearable
          w={140}
          data={[...DELIVERY_STATES]}
          value={state ?? null}
          onChange={(value) => setState(DELIVERY_STATES.find((one) => one === value))}
        />
      }
    >
      <Refusal error={redrive.error} />
    </TablePanel>
  );
}

function deliveryColumns(
  mayWrite: boolean,
  mayLook: boolean,
  onRedrive: (deliveryId: string) => void,
): readonly TableColumn<Delivery>[] {
  return [
    {
      ...{ id: 'last', label: 'Last try' },
      cell: ({ lastAt }) => <span className="fd-nowrap">{moment(lastAt, undefined, true)}</span>,
    },
    { id: 'message', label: 'Message', cell: ({ detailType }) => detailType },
    { id: 'state', label: 'State', cell: (one) => <Chip tone={toneOf(one)}>{one.state}</Chip> },
    { id: 'tries', label: 'Tries', kind: 'number', cell: ({ attempts }) => attempts },
    { id: 'answer', label: 'Answer', cell: ({ error, status }) => error ?? status ?? '' },
    {
      id: 'next',
      label: 'Next try',
      cell: ({ nextAt }) => (nextAt === null ? '' : moment(nextAt, undefined, true)),
    },
    {
      ...{ id: 'source', label: 'Event', kind: 'mono' as const },
      cell: ({ source: { stream, revision } }) =>
        mayLook ? (
          <Link to="/audit/ledger" search={{ stream, revision }}>
            {stream}@{revision}
          </Link>
        ) : (
          `${stream}@${revision}`
        ),
    },
    {
      ...{ id: 'act', label: 'Redrive', kind: 'act' as const },
      cell: ({ deliveryId, state }) =>
        mayWrite &&
        state === 'dead' && (
          <Button size="compact-xs" variant="default" onClick={() => onRedrive(deliveryId)}>
            Redrive
          </Button>
        ),
    },
  ];
}

function toneOf({ state }: Delivery): 'good' | 'warn' | 'bad' {
  return state === 'delivered' ? 'good' : state === 'waiting' ? 'warn' : 'bad';
}
