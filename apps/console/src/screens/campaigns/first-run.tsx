import { Button } from '@mantine/core';
import { useMay } from '../../session/use-session';
import { Page } from '../../ui/page';
import { Empty, Refusal } from '../../ui/states';
import type { useSamples } from './use-samples';

/** An empty Flightdeck explains itself, and offers something to look at. */
export function FirstRun({ samples }: { readonly samples: ReturnType<typeof useSamples> }) {
  const mayRegister = useMay('campaigns:write');
  const maySend = useMay('events:send');
  return (
    <Page title="Campaigns">
      <section className="fd-panel" aria-label="Nothing here yet">
        <Empty title="No campaign is registered yet">
          <p>
            Register one with <code>POST /v1/campaigns</code>, then send its events to{' '}
            <code>POST /v1/events</code>: spend and pacing appear here within milliseconds. The README’s tour
            does it in five minutes.
          </p>
          {mayRegister && maySend && (
            <>
              <p>
                Or look at three sample campaigns, one on plan, one too fast, one too slow. They are written
                to this ledger like any others.
              </p>
              <Button loading={samples.isPending} onClick={() => samples.mutate()}>
                Add sample campaigns
              </Button>
              <Refusal error={samples.error} />
            </>
          )}
        </Empty>
      </section>
    </Page>
  );
}
