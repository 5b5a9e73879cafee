import type { Tone } from './page';

/** A share as a bar; `mark` is where it should be by now. */
export function Bar({
  share,
  tone = 'none',
  mark,
}: {
  readonly share: number;
  readonly tone?: Tone;
  readonly mark?: number | undefined;
}) {
  return (
    <span className="fd-bar" data-tone={tone} aria-hidden="true">
      <span style={{ width: `${clamp(share) * 100}%` }} />
      {mark !== undefined && <i style={{ left: `calc(${clamp(mark) * 100}% - 1px)` }} />}
    </span>
  );
}

function clamp(share: number): number {
  return Math.max(0, Math.min(1, share));
}
