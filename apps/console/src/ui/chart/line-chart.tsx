import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { clock, day, moment } from '../../format/time';

/** A line of a chart; null where there is none. */
export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** A CSS variable of `app.css`. */
  readonly colour: string;
  readonly dashed?: boolean;
  readonly filled?: boolean;
}

/** Something that happened: a line from top to bottom with its name. */
export interface Moment {
  readonly atMs: number;
  readonly label: string;
  /** A CSS variable of `app.css`; its label says what the colour says. */
  readonly colour?: string;
}

interface LineChartProps {
  /** Epoch milliseconds, growing. */
  readonly atMs: readonly number[];
  readonly lines: readonly Line[];
  readonly moments?: readonly Moment[];
  readonly zone: string;
  readonly label: string;
  readonly format: (value: number) => string;
  /** Told of a range that was brushed over, in epoch milliseconds. */
  readonly onBrush?: (fromMs: number, toMs: number) => void;
}

const HEIGHT = 260;
const AXIS_FONT = "11px 'Segoe UI', Roboto, 'Liberation Sans', system-ui, sans-serif";
const HALO = 4;
const SECOND_MS = 1_000;
const HOUR_S = 3_600;
/** More names than this would lie over each other; the table has them all. */
const LABELS_MAX = 24;

/** Lines over time. Drag over a range to look closer. What it shows stands in a table beside it, for those who cannot see it. */
export function LineChart({ atMs, lines, moments = [], zone, label, format, onBrush }: LineChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const brushed = useRef(onBrush);
  useEffect(() => {
    brushed.current = onBrush;
  });
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--fd-dim'),
      grid: { stroke: colour('--fd-grid'), width: 1 },
      ticks: { show: false },
      font: AXIS_FONT,
    };
    const chart = new uPlot(
      {
        ...{ width: element.clientWidth, height: HEIGHT, legend: { show: false }, padding: [8, 24, 0, 0] },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND_MS), zone),
        cursor: { drag: { x: true, y: false } },
        scales: { y: { range: (_, min, max) => [Math.min(0, min), max <= 0 ? 1 : max * 1.08] } },
        axes: [
          {
            ...axis,
            size: 28,
            values: (_, splits) => splits.map((seconds) => timeLabel(splits, seconds, zone)),
          },
          { ...axis, size: 72, values: (_, splits) => splits.map(format) },
        ],
        series: [
          {},
          ...lines.map((line) => ({
            ...{ label: line.label, stroke: colour(line.colour), width: 2, points: { show: false } },
            ...(line.dashed === true ? { dash: [5, 4] } : {}),
            ...(line.filled === true ? { fill: `${colour(line.colour)}22` } : {}),
          })),
        ],
        hooks: {
          draw: [(drawn) => mark(drawn, moments, colour)],
          setSelect: [
            (drawn) => {
              const { left, width } = drawn.select;
              if (width <= 2) return;
              brushed.current?.(
                drawn.posToVal(left, 'x') * SECOND_MS,
                drawn.posToVal(left + width, 'x') * SECOND_MS,
              );
            },
          ],
        },
      },
      [atMs.map((ms) => ms / SECOND_MS), ...lines.map(({ values }) => [...values])],
      element,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [atMs, lines, moments, zone, format]);
  return <div className="fd-chart" ref={place} role="img" aria-label={label} />;
}

/** The time of day; over more than a day and a half also the day, or the day alone where a tick is a day. */
function timeLabel(splits: readonly number[], seconds: number, zone: string): string {
  const [first = 0, second = 0] = splits;
  const span = (splits.at(-1) ?? 0) - first;
  if (second - first >= 24 * HOUR_S) return day(seconds * SECOND_MS, zone).replace(/ \d{4}$/u, '');
  return span > 36 * HOUR_S ? moment(seconds * SECOND_MS, zone) : clock(seconds * SECOND_MS, zone);
}

/** Each moment's line and its name, which stays legible where a line of the chart passes behind it. */
function mark(chart: uPlot, moments: readonly Moment[], colourOf: (name: string) => string): void {
  const { ctx, bbox } = chart;
  ctx.save();
  const surface = colourOf('--fd-surface');
  ctx.lineWidth = devicePixelRatio;
  ctx.font = `${10 * devicePixelRatio}px sans-serif`;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  moments.forEach(({ atMs, label, colour = '--fd-dim' }, index) => {
    ctx.strokeStyle = colourOf(colour);
    ctx.fillStyle = ctx.strokeStyle;
    const x = Math.round(chart.valToPos(atMs / SECOND_MS, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (index >= LABELS_MAX) return;
    const isRight = x > bbox.left + bbox.width * 0.8;
    ctx.textAlign = isRight ? 'right' : 'left';
    const beside = (isRight ? -4 : 4) * devicePixelRatio;
    const y = bbox.top + (12 + 12 * (index % 3)) * devicePixelRatio;
    ctx.save();
    ctx.setLineDash([]);
    ctx.strokeStyle = surface;
    ctx.lineWidth = HALO * devicePixelRatio;
    ctx.strokeText(label, x + beside, y);
    ctx.restore();
    ctx.fillText(label, x + beside, y);
  });
  ctx.restore();
}

/** What the lines are, in words beside their colour and dash. */
export function Legend({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <ul className="fd-legend">
      {lines.map(({ label, colour, dashed }) => (
        <li key={label} style={{ color: `var(${colour})` }}>
          <i style={{ borderTopStyle: dashed === true ? 'dashed' : 'solid' }} />
          <span style={{ color: 'var(--fd-dim)' }}>{label}</span>
        </li>
      ))}
    </ul>
  );
}
