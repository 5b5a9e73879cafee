import { useMay } from '../../session/use-session';
import { Page } from '../../ui/page';
import { AccessPanel } from './access-panel';
import { CheckpointPanel } from './checkpoint-panel';
import { ReplayPanel } from './replay-panel';

/** What proves the numbers: rebuild them, check what was signed, see who looked. */
export function AuditScreen() {
  const mayReplay = useMay('audit:replay');
  return (
    <Page title="Audit" beside={<span className="fd-dim">every number rebuilt, every event proved</span>}>
      {mayReplay && <ReplayPanel />}
      <CheckpointPanel />
      <AccessPanel />
    </Page>
  );
}
