import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Delivery } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { useMay } from '../../session/use-session';
import { Chip, Panel } from '../../ui/page';
import { Await, Empty, Refusal } from '../../ui/states';
import { useDeliveries, useRedriveDelivery, useWebhooks } from './use-system';

/** Who is told, and what became of each message. */
export function WebhooksPanel() {
  const webhooks = useWebhooks();
  const [shown, setShown] = useState<string>();
  return (
    <Panel title="Webhooks" flush>
      <Await of={webhooks} what="webhooks">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nobody is told by webhook">
              <p>POST /v1/webhooks with a URL and a pattern begins it.</p>
            </Empty>
          ) : (
            <div className="fd-scroll" tabIndex={0}>
              <table className="fd-table">
                <thead>
                  <tr>
                    <th>URL</th>
                    <th>Pattern</th>
                    <th>Since</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ webhookId, url, pattern, createdAt }) => (
                    <tr key={webhookId}>
                      <td className="fd-mono">{url}</td>
                      <td className="fd-mono">{JSON.stringify(pattern)}</td>
                      <td>{moment(createdAt)}</td>
                      <td>
                        <Button
                          size="compact-xs"
                          variant="default"
                          aria-expanded={shown === webhookId}
                          onClick={() => setShown(shown === webhookId ? undefined : webhookId)}
                        >
                          Deliveries
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Await>
      {shown !== undefined && <Deliveries webhookId={shown} />}
    </Panel>
  );
}

function Deliveries({ webhookId }: { readonly webhookId: string }) {
  const deliveries = useDeliveries(webhookId);
  const redrive = useRedriveDelivery(webhookId);
  const mayWrite = useMay('webhooks:write');
  return (
    <Await of={deliveries} what="deliveries">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Nothing was posted yet" />
        ) : (
          <div className="fd-scroll" tabIndex={0} style={{ maxHeight: 260 }}>
            <table className="fd-table">
              <thead>
                <tr>
                  <th>Last try</th>
                  <th>Message</th>
                  <th>State</th>
                  <th className="fd-num">Tries</th>
                  <th>Answer</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {items.map((delivery) => (
                  <tr key={delivery.deliveryId}>
                    <td>{moment(delivery.lastAt, undefined, true)}</td>
                    <td>{delivery.detailType}</td>
                    <td>
                      <Chip tone={toneOf(delivery)}>{delivery.state}</Chip>
                    </td>
                    <td className="fd-num">{delivery.attempts}</td>
                    <td>{delivery.error ?? delivery.status ?? ''}</td>
                    <td>
                      {mayWrite && delivery.state === 'dead' && (
                        <Button
                          size="compact-xs"
                          variant="default"
                          onClick={() => redrive.mutate(delivery.deliveryId)}
                        >
                          Redrive
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <Refusal error={redrive.error} />
          </div>
        )
      }
    </Await>
  );
}

function toneOf({ state }: Delivery): 'good' | 'warn' | 'bad' {
  return state === 'delivered' ? 'good' : state === 'waiting' ? 'warn' : 'bad';
}
