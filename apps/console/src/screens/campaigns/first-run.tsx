import { Page } from '../../ui/page';
import { Empty } from '../../ui/states';

/** An empty Flightdeck explains itself. */
export function FirstRun() {
  return (
    <Page title="Campaigns">
      <section className="fd-panel" aria-label="Nothing here yet">
        <Empty title="No campaign is registered yet">
          <p>
            Register one with <code>POST /v1/campaigns</code>, then send its events to{' '}
            <code>POST /v1/events</code>: spend and pacing appear here within milliseconds. The README’s tour
            does it in five minutes.
          </p>
        </Empty>
      </section>
    </Page>
  );
}
