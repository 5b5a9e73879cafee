import { index } from '../format/number';
import { paceOf } from '../format/pace';

const SHAPES = {
  over: <path d="M5 1 9.5 9H.5z" />,
  under: <path d="M5 9 .5 1h9z" />,
  on: <circle cx="5" cy="5" r="4" />,
  none: <path d="M1 4h8v2H1z" />,
} as const;

/** A pacing index with what it means: by its shape (up, down, round), its colour, and in words for whoever hears the screen. */
export function PacingMark({ value }: { readonly value: number | null | undefined }) {
  const { shape, tone, words } = paceOf(value);
  return (
    <span className={`fd-mark fd-tone-${tone}`} title={words}>
      <svg width="10" height="10" viewBox="0 0 10 10" fill="currentColor" aria-hidden="true">
        {SHAPES[shape]}
      </svg>
      <span>{index(value)}</span>
      <span className="fd-hidden">{words}</span>
    </span>
  );
}
