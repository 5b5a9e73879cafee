import uPlot from 'uplot';
import { clock, day, moment } from '../../format/time';
import type { Line, LineChartProps, Moment } from './shown';

/** What a chart reads when it draws and when something is done to it. */
export interface Drawn extends LineChartProps {
  /** Told of the index of the point under the cursor; undefined when there is none. */
  readonly onCursor: (at: number | undefined) => void;
}

const HEIGHT = 260;
const AXIS_FONT = "11px 'Segoe UI', Roboto, 'Liberation Sans', system-ui, sans-serif";
const HALO = 4;
const SECOND_MS = 1_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;
/** Between ticks: no less than the labels tell apart. */
const INCREMENTS_S = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR_S),
  ...[1, 2, 3, 7, 14, 28, 91, 182, 365].map((days) => days * 24 * HOUR_S),
];
/** Dragging over less is a click. */
const BRUSH_PIXELS = 2;
/** Rows in which the names of moments stand, so that neighbours do not cover each other; a name that fits in none is left out. */
const NAME_ROWS = 5;

/** An edge of a band, which is seen as an area alone. */
const EDGE: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };

/** Lines as a chart takes them: the lines, then the edges of their bands, each upper one before its lower one. */
export function dataOf(atMs: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  return [
    atMs.map((ms) => ms / SECOND_MS),
    ...lines.map(({ values }) => (atMs.length === 0 ? [] : [...values])),
    ...lines.flatMap(({ band }) => (band === undefined ? [] : [[...band.high], [...band.low]])),
  ];
}

/** Puts a chart into an element. What it shows is in `latest`, which may change; its colours are those of now. */
export function draw(
  element: HTMLElement,
  latest: { readonly current: Drawn },
): { readonly chart: uPlot; readonly stop: () => void } {
  const { lines, zone, height = HEIGHT } = latest.current;
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--fd-dim'),
    grid: { stroke: colour('--fd-grid'), width: 1 },
    ticks: { show: false },
    font: AXIS_FONT,
  };
  /** A click that ends a brush is none. */
  const isBrushed = { was: false };
  const chart = new uPlot(
    {
      ...{ width: element.clientWidth, height, legend: { show: false }, padding: [8, 24, 0, 0] },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND_MS), zone),
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
      scales: { y: { range: (_, min, max) => [Math.min(0, min), max <= 0 ? 1 : max * 1.08] } },
      axes: [
        {
          ...axis,
          size: 28,
          incrs: INCREMENTS_S,
          values: (_, splits) => splits.map((seconds) => timeLabel(splits, seconds, zone)),
        },
        { ...axis, size: 72, values: (_, splits) => splits.map((value) => latest.current.format(value)) },
      ],
      series: [
        {},
        ...lines.map((line) => ({
          ...{ label: line.label, stroke: colour(line.colour), width: 2, points: { show: false } },
          ...(line.dashed === true ? { dash: [5, 4] } : {}),
          ...(line.filled === true ? { fill: `${colour(line.colour)}22` } : {}),
        })),
        ...lines.flatMap(({ band }) => (band === undefined ? [] : [EDGE, EDGE])),
      ],
      bands: lines
        .filter(({ band }) => band !== undefined)
        .map((line, at) => ({
          series: [lines.length + 1 + 2 * at, lines.length + 2 + 2 * at],
          fill: `${colour(line.colour)}2b`,
        })),
      hooks: {
        draw: [(drawn) => mark(drawn, latest.current.moments ?? [], colour)],
        setCursor: [({ cursor }) => latest.current.onCursor(cursor.idx ?? undefined)],
        setSelect: [(drawn) => (isBrushed.was = brushed(drawn, latest.current) || isBrushed.was)],
      },
    },
    dataOf([], lines),
    element,
  );
  chart.over.addEventListener('mousedown', () => (isBrushed.was = false));
  chart.over.addEventListener('click', () => {
    const { onPick, atMs } = latest.current;
    const at = chart.cursor.idx;
    const ms = at === null || at === undefined ? undefined : atMs[at];
    if (!isBrushed.was && ms !== undefined) onPick?.(ms);
  });
  chart.over.addEventListener('dblclick', () => latest.current.onZoom?.(undefined));
  const watch = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
  watch.observe(element);
  return {
    chart,
    stop: () => {
      watch.disconnect();
      chart.destroy();
    },
  };
}

/** Whether a range was brushed over, which is told. */
function brushed(chart: uPlot, { onZoom }: Drawn): boolean {
  const { left, width } = chart.select;
  if (width <= BRUSH_PIXELS) return false;
  onZoom?.({
    fromMs: chart.posToVal(left, 'x') * SECOND_MS,
    toMs: chart.posToVal(left + width, 'x') * SECOND_MS,
  });
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  return true;
}

/** The time of day; over more than a day and a half also the day, or the day alone where a tick is a day; with seconds where minutes are all the same. */
function timeLabel(splits: readonly number[], seconds: number, zone: string): string {
  const [first = 0, second = 0] = splits;
  const span = (splits.at(-1) ?? 0) - first;
  if (second - first >= 24 * HOUR_S) return day(seconds * SECOND_MS, zone).replace(/ \d{4}$/u, '');
  if (span > 36 * HOUR_S) return moment(seconds * SECOND_MS, zone);
  return clock(seconds * SECOND_MS, zone, second - first < MINUTE_S);
}

/** Each moment's line and its name, which stays legible where a line of the chart passes behind it. */
function mark(chart: uPlot, moments: readonly Moment[], colourOf: (name: string) => string): void {
  const { ctx, bbox } = chart;
  const px = devicePixelRatio;
  ctx.save();
  const surface = colourOf('--fd-surface');
  ctx.lineWidth = px;
  ctx.font = `${10 * px}px sans-serif`;
  ctx.textAlign = 'left'; // the axes leave it as they used it last
  const right = bbox.left + bbox.width;
  /** How far each row of names is taken, left and right. */
  const taken: { readonly from: number; readonly to: number }[][] = Array.from(
    { length: NAME_ROWS },
    () => [],
  );
  for (const { atMs, label, colour = '--fd-dim' } of moments) {
    ctx.strokeStyle = colourOf(colour);
    ctx.fillStyle = ctx.strokeStyle;
    const x = Math.round(chart.valToPos(atMs / SECOND_MS, 'x', true));
    if (x < bbox.left || x > right) continue;
    ctx.setLineDash([3 * px, 3 * px]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(label).width;
    const from = x + 4 * px + width > right ? x - 4 * px - width : x + 4 * px;
    const span = { from: from - 4 * px, to: from + width + 4 * px };
    const row = taken.findIndex((spans) => spans.every((one) => one.to < span.from || one.from > span.to));
    taken[row]?.push(span);
    if (row >= 0) write(ctx, label, from, bbox.top + (12 + 12 * row) * px, surface);
  }
  ctx.restore();
}

function write(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, halo: string): void {
  ctx.save();
  ctx.setLineDash([]);
  ctx.strokeStyle = halo;
  ctx.lineWidth = HALO * devicePixelRatio;
  ctx.strokeText(text, x, y);
  ctx.restore();
  ctx.fillText(text, x, y);
}
