import { getRouteApi, Link } from '@tanstack/react-router';
import type { HistoryItem } from '../../api/generated/types.gen';
import { Chip, Page } from '../../ui/page';
import { Await } from '../../ui/states';
import { useMay } from '../../session/use-session';
import { CampaignActions } from './actions';
import { Figures } from './figures';
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
  const history = useHistory(campaignId).data?.items ?? NONE;
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
          <Figures campaign={terms} pacing={pacing} />
          <SpendPanel campaign={terms} pacing={pacing} history={history} />
          <GovernancePanel campaignId={campaignId} zone={terms.timezone} />
          <CampaignCommands campaignId={campaignId} />
          <HistoryPanel campaignId={campaignId} history={history} zone={terms.timezone} />
        </Page>
      )}
    </Await>
  );
}
