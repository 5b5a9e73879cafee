import { useMay } from '../../session/use-session';
import { CheckpointPanel } from './checkpoint-panel';
import { ReplayPanel } from './replay-panel';

/** Numbers rebuilt from the ledger, and the ledger held against what was signed. */
export function ProofScreen() {
  const mayReplay = useMay('audit:replay');
  return (
    <>
      {mayReplay && <ReplayPanel />}
      <CheckpointPanel />
    </>
  );
}
