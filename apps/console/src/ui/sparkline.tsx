const WIDTH = 80;
const HEIGHT = 20;

/** Bars from zero, the last one still growing and so paler. */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly number[] | undefined;
  readonly label: string;
}) {
  if (values === undefined) return <span className="fd-dim">…</span>;
  const max = Math.max(...values, 1);
  const step = WIDTH / values.length;
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} stroke="var(--fd-line-strong)" />
      {values.map((value, at) => {
        const height = Math.max(value > 0 ? 1.5 : 0, (value / max) * (HEIGHT - 2));
        return (
          <rect
            key={at}
            x={at * step + 0.5}
            y={HEIGHT - 1 - height}
            width={step - 1.5}
            height={height}
            fill="var(--fd-series-1)"
            opacity={at === values.length - 1 ? 0.45 : 0.9}
          />
        );
      })}
    </svg>
  );
}
