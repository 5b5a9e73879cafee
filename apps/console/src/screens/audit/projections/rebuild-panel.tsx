import { Button, Progress } from '@mantine/core';
import type { Rebuild } from '../../../api/generated/types.gen';
import { compact, count, milliseconds } from '../../../format/number';
import { duration, moment } from '../../../format/time';
import { Chip, Panel, type Tone } from '../../../ui/page';
import { Refusal } from '../../../ui/states';
import { Compared } from '../compared';
import { isRunning, useCancelRebuild } from './use-projections';

/** A rebuild or a rollback as it goes, and what the comparison of the rows found. */
export function RebuildPanel({
  rebuild,
  mayCancel,
}: {
  readonly rebuild: Rebuild;
  readonly mayCancel: boolean;
}) {
  const cancel = useCancelRebuild();
  const {
    state,
    kind,
    requestedBy,
    startedAt,
    finishedAt,
    fromVersion,
    toVersion,
    swapMs,
    comparison,
    error,
  } = rebuild;
  const running = isRunning(rebuild);
  return (
    <Panel
      title={kind === 'rebuild' ? 'Rebuild' : 'Rollback'}
      actions={
        running &&
        mayCancel &&
        state !== 'swapping' && (
          <Button
            size="compact-xs"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            Cancel
          </Button>
        )
      }
    >
      <p style={{ margin: '0 0 8px' }}>
        <Chip tone={toneOf(rebuild)}>{state}</Chip>{' '}
        <span className="fd-dim">
          version {fromVersion} to {toVersion}, asked for by {requestedBy} at{' '}
          {moment(startedAt, undefined, true)}
          {finishedAt === null ? '' : `, ended at ${moment(finishedAt, undefined, true)}`}
          {swapMs === null ? '' : `; folding stood still for ${milliseconds(swapMs)}, reads never did`}
        </span>
      </p>
      {running && <Running rebuild={rebuild} />}
      <Refusal error={cancel.error} />
      {error !== null && <p className="fd-tone-bad">{error}</p>}
      {comparison !== null && <Compared comparison={comparison} replayedAs="Rebuilt" />}
    </Panel>
  );
}

function Running({ rebuild }: { readonly rebuild: Rebuild }) {
  const { state, eventsFolded, eventsTotal, eventsPerSecond, remainingSeconds } = rebuild;
  return (
    <>
      <Progress
        value={eventsTotal === 0 ? 0 : (100 * eventsFolded) / eventsTotal}
        aria-label="Events folded"
      />
      <p className="fd-dim" role="status">
        {state}: {count(eventsFolded)} of {count(eventsTotal)} events, {compact(eventsPerSecond)} a second
        {remainingSeconds === null ? '' : `, ${duration(remainingSeconds * 1_000)} left`}
      </p>
    </>
  );
}

function toneOf({ state }: Rebuild): Tone {
  if (state === 'done') return 'good';
  return state === 'failed' ? 'bad' : state === 'cancelled' ? 'none' : 'accent';
}
