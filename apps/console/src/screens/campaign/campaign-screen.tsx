import './campaign.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { HistoryItem } from '../../api/generated/types.gen';
import { Chip, Page } from '../../ui/page';
import { Await } from '../../ui/states';
import { useMay } from '../../session/use-session';
import { CampaignActions } from './actions';
import { BehindDialog, type Behind } from './behind';
import { BudgetTreePanel } from './budget-tree/budget-tree-panel';
import { Figures } from './figures';
import { FunnelPanel } from './funnel-panel';
import { CampaignCommands, GovernancePanel } from './governance-panel';
import { HistoryPanel } from './history-panel';
import { SpendPanel } from './spend-panel';
import { useCampaign, useHistory, usePacing, useReloadOnCommands } from './use-campaign';

const route = getRouteApi('/campaigns/$campaignId');

const NONE: readonly HistoryItem[] = [];

/** One campaign: how it spends, what governs it, what happened to it. */
export function CampaignScreen() {
  const { campaignId } = route.useParams();
  const campaign = useCampaign(campaignId);
  const pacing = usePacing(campaignId);
  const history = useHistory(campaignId);
  const [behind, setBehind] = useState<Behind>();
  const onBehind = useMay('audit:read') ? setBehind : undefined;
  const mayChange = useMay('campaigns:write');
  useReloadOnCommands(campaignId);
  return (
    <Await of={campaign} what="campaign">
      {(terms) => (
        <Page
          title={terms.name}
          beside={
            <>
              <Chip tone={terms.status === 'active' ? 'good' : 'warn'}>{terms.status}</Chip>
              <span className="fd-dim">
                <Link to="/campaigns">Campaigns</Link> / <span className="fd-mono">{campaignId}</span>
              </span>
            </>
          }
          actions={mayChange && <CampaignActions campaign={terms} />}
        >
          <Figures campaign={terms} pacing={pacing} onBehind={onBehind} />
          <SpendPanel
            campaign={terms}
            pacing={pacing}
            history={history.data?.items ?? NONE}
            onBehind={onBehind}
          />
          <BudgetTreePanel campaign={terms} pacing={pacing} />
          <FunnelPanel campaign={terms} />
          <GovernancePanel campaignId={campaignId} zone={terms.timezone} />
          <CampaignCommands campaignId={campaignId} />
          <HistoryPanel
            stream={`campaign-${campaignId}`}
            currency={terms.currency}
            history={history}
            zone={terms.timezone}
          />
          {behind !== undefined && (
            <BehindDialog
              campaignId={campaignId}
              currency={terms.currency}
              zone={terms.timezone}
              behind={behind}
              onClose={() => setBehind(undefined)}
            />
          )}
        </Page>
      )}
    </Await>
  );
}
