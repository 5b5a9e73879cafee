import { Tooltip } from '@mantine/core';
import { useStreamState } from '../live/live';
import { ago } from '../format/time';
import { useNow } from '../ui/now';

/** Whether what is on the screen is live, or since when it is old. */
export function ConnectionMark() {
  const state = useStreamState();
  const now = useNow();
  const { tone, shape, words, more } = say(state, now);
  return (
    <Tooltip label={more}>
      <span
        className={`fd-mark fd-tone-${tone}`}
        role="status"
        data-testid="connection"
        data-state={state.state}
      >
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
          {shape === 'full' ? (
            <circle cx="5" cy="5" r="4" fill="currentColor" />
          ) : (
            <path d="M5 1 9 9H1z" fill="none" stroke="currentColor" strokeWidth="1.5" />
          )}
        </svg>
        {words}
      </span>
    </Tooltip>
  );
}

function say(state: ReturnType<typeof useStreamState>, now: number) {
  switch (state.state) {
    case 'live':
      return { tone: 'good', shape: 'full', words: 'Live', more: 'Figures move as events arrive.' } as const;
    case 'connecting':
      return {
        tone: 'none',
        shape: 'open',
        words: 'Connecting',
        more: 'The event stream is being opened.',
      } as const;
    case 'stale':
      return {
        ...({ tone: 'warn', shape: 'open' } as const),
        words: `Stale since ${ago(state.sinceMs, now)}`,
        more: `The event stream was cut. Trying again (${state.attempt}); what was missed is told when it is back.`,
      };
  }
}
