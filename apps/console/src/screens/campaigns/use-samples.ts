import { useMutation, useQueryClient } from '@tanstack/react-query';
import { done } from '../../api/client';
import { client } from '../../api/generated/client.gen';
import { campaignsControllerRegister } from '../../api/generated/sdk.gen';
import { sampleCampaigns, sampleNow, samplePast, type SampleEvent } from './samples';

/** Live traffic goes on for a minute after the day so far was told. */
const LIVE_BEATS = 60;
const BEAT_MS = 1_000;

/** Registers the sample campaigns, tells of their day so far, then lets them spend for a minute. */
export function useSamples() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      for (const body of sampleCampaigns(Date.now())) await done(campaignsControllerRegister({ body }));
      await send(samplePast(Date.now()));
      void queries.invalidateQueries({ queryKey: ['campaigns'] });
      for (let beat = 0; beat < LIVE_BEATS; beat += 1) {
        await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
        await send(sampleNow(Date.now()));
      }
    },
  });
}

/** As an ad server would: the document describes no body, for it takes several formats. */
function send(events: readonly SampleEvent[]): Promise<void> {
  return done(
    client.post({
      security: [{ scheme: 'bearer', type: 'http' }],
      url: '/v1/events',
      body: events,
      headers: { 'Content-Type': 'application/json' },
    }),
  );
}
