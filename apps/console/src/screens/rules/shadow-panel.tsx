import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer } from '../../api/client';
import { shadowControllerRead } from '../../api/generated/sdk.gen';
import type { Rule, ShadowReport } from '../../api/generated/types.gen';
import { count } from '../../format/number';
import { duration, moment } from '../../format/time';
import { commandName } from '../../format/words';
import { Panel, Tile } from '../../ui/page';
import { Await } from '../../ui/states';

const DAY_MS = 86_400_000;
const REFRESH_MS = 15_000;
const RANGES = [
  { value: '1', label: 'the last day' },
  { value: '7', label: 'the last week' },
  { value: '', label: 'all the time' },
];

/** What a rule in shadow would have ordered, beside what the active rules did order. */
export function ShadowPanel({ rule }: { readonly rule: Rule }) {
  const [days, setDays] = useState('7');
  const report = useShadowReport(rule.ruleId, days);
  return (
    <Panel
      title="Shadow report"
      flush
      actions={
        <NativeSelect
          aria-label="Over"
          size="xs"
          data={RANGES}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
      }
    >
      <Await of={report} what="shadow report">
        {(told) => <Told told={told} />}
      </Await>
    </Panel>
  );
}

function useShadowReport(ruleId: string, days: string) {
  return useQuery({
    queryKey: ['rule', ruleId, 'shadow', days],
    queryFn: ({ signal }) => {
      const query = days === '' ? {} : { from: new Date(Date.now() - Number(days) * DAY_MS).toISOString() };
      return answer(shadowControllerRead({ path: { ruleId }, query, signal }));
    },
    refetchInterval: REFRESH_MS,
  });
}

function Told({ told }: { readonly told: ShadowReport }) {
  return (
    <>
      <dl className="fd-tiles fd-tiles-narrow" style={{ margin: 0 }}>
        <Tile label="Would have ordered" note={`on ${count(told.campaigns)} campaigns`}>
          {count(told.wouldBe)}
        </Tile>
        <Tile label="Both" note="an active rule did too">
          {count(told.also)}
        </Tile>
        <Tile label="Only the shadow">{count(told.onlyShadow)}</Tile>
        <Tile label="Would have missed" note="only active rules did">
          {count(told.onlyActive)}
        </Tile>
      </dl>
      {told.items.length === 0 && told.missed.length === 0 ? (
        <p className="fd-panel-body fd-dim" style={{ margin: 0 }}>
          Nothing in this time: neither the shadow nor an active rule would have moved what it watches.
        </p>
      ) : (
        <div className="fd-scroll" tabIndex={0} role="region" aria-label="Shadow beside active">
          <table className="fd-table">
            <thead>
              <tr>
                <th>When</th>
                <th>Campaign</th>
                <th>The shadow</th>
                <th>Active rules</th>
              </tr>
            </thead>
            <tbody>
              {told.items.map((item) => (
                <tr key={`${item.campaignId} ${item.at} ${item.command}`}>
                  <td className="fd-nowrap">{moment(item.at, undefined, true)}</td>
                  <Campaign campaignId={item.campaignId} />
                  <td>
                    {commandName(item.command)}
                    <div className="fd-dim fd-hint">{item.reason}</div>
                  </td>
                  <td>
                    {item.beside === null ? (
                      <span className="fd-dim">nothing</span>
                    ) : (
                      <Beside {...item.beside} />
                    )}
                  </td>
                </tr>
              ))}
              {told.missed.map((item) => (
                <tr key={item.commandId}>
                  <td className="fd-nowrap">{moment(item.issuedAt, undefined, true)}</td>
                  <Campaign campaignId={item.campaignId} />
                  <td>
                    <span className="fd-dim">nothing</span>
                  </td>
                  <td>
                    <Ordered {...item} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Campaign({ campaignId }: { readonly campaignId: string }) {
  return (
    <td>
      <Link className="fd-mono" to="/campaigns/$campaignId" params={{ campaignId }}>
        {campaignId}
      </Link>
    </td>
  );
}

function Beside({ earlierByMs, ...ordered }: NonNullable<ShadowReport['items'][number]['beside']>) {
  return (
    <>
      <Ordered {...ordered} />
      <div className="fd-dim fd-hint">
        {duration(Math.abs(earlierByMs))} {earlierByMs >= 0 ? 'after the shadow' : 'before the shadow'}
      </div>
    </>
  );
}

function Ordered({
  commandId,
  ruleId,
  command,
}: {
  readonly commandId: string;
  readonly ruleId: string;
  readonly command: string;
}) {
  return (
    <>
      <Link to="/commands/$commandId" params={{ commandId }}>
        {commandName(command)}
      </Link>{' '}
      <span className="fd-dim">
        by{' '}
        <Link to="/rules/$ruleId" params={{ ruleId }}>
          {ruleId}
        </Link>
      </span>
    </>
  );
}
