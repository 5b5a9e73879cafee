import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { CampaignAsOf } from '../../../api/generated/types.gen';
import { moment } from '../../../format/time';
import { useCampaigns } from '../../campaigns/use-campaigns';
import { Panel } from '../../../ui/page';
import { Await, Empty } from '../../../ui/states';
import { CampaignSelect } from '../campaign-select';
import { CampaignsThen } from './campaigns-then';
import { CampaignThen } from './campaign-then';
import { MomentSlider } from './moment-slider';
import { isPosition, type TimeSearch } from './search';
import { useAsOf, useSettled } from './use-time';

const route = getRouteApi('/audit/time');
/** A slider is dragged over many moments: those it only passes are not read. */
const SETTLE_MS = 250;

/** What the console showed at a moment, beside what it would show with what is known now. */
export function TimeScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = (to: TimeSearch): void => void navigate({ search: (was) => ({ ...was, ...to }), replace: true });
  const [openedMs] = useState(() => Date.now());
  const campaigns = useCampaigns();
  const campaignId = search.campaignId ?? campaigns.data?.[0]?.campaignId;
  const newest = useMemo(() => new Date(openedMs).toISOString(), [openedMs]);
  const asOf = useSettled(search.asOf ?? newest, SETTLE_MS);
  const known = useAsOf(campaignId, asOf);
  const atMs = atOf(search.asOf ?? newest, known.data, openedMs);
  return (
    <>
      <Panel
        title="Moment"
        actions={<CampaignSelect value={campaignId ?? ''} onChange={(one) => go({ campaignId: one })} />}
      >
        <MomentSlider asOf={search.asOf} atMs={atMs} nowMs={openedMs} onMoment={(to) => go({ asOf: to })} />
      </Panel>
      {campaignId === undefined ? (
        <Panel title="Then and now">
          <Await of={campaigns} what="campaigns">
            {() => (
              <Empty title="No campaign is registered yet">
                <p>Of every one there will be, each past moment can be looked at here.</p>
              </Empty>
            )}
          </Await>
        </Panel>
      ) : (
        <Await of={known} what="moment">
          {(told) => (
            <CampaignThen told={told} isReading={known.isFetching || asOf !== (search.asOf ?? newest)} />
          )}
        </Await>
      )}
      {campaignId !== undefined && (
        <CampaignsThen
          campaigns={campaigns.data ?? []}
          asOf={asOf}
          isTurn={!known.isFetching}
          title={`Campaigns as they were at ${moment(atMs, undefined, true)}`}
          selected={campaignId}
          onOpen={(one) => go({ campaignId: one })}
        />
      )}
    </>
  );
}

function atOf(asOf: string, known: CampaignAsOf | undefined, nowMs: number): number {
  if (!isPosition(asOf)) return Date.parse(asOf);
  return known === undefined ? nowMs : Date.parse(known.asOf);
}
