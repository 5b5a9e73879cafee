import { getRouteApi, Link } from '@tanstack/react-router';
import { Chip, Page } from '../../ui/page';
import { Await } from '../../ui/states';
import { Figures } from './figures';
import { useCampaign, usePacing, useReloadOnCommands } from './use-campaign';

const route = getRouteApi('/campaigns/$campaignId');

/** One campaign: how it spends, what governs it, what happened to it. */
export function CampaignScreen() {
  const { campaignId } = route.useParams();
  const campaign = useCampaign(campaignId);
  const pacing = usePacing(campaignId);
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
        >
          <Figures campaign={terms} pacing={pacing} />
        </Page>
      )}
    </Await>
  );
}
