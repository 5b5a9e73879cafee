/** Between which values a line may lie. */
export interface Band {
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** A line of a chart; null where there is none. */
export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** A CSS variable of `app.css`. */
  readonly colour: string;
  readonly dashed?: boolean;
  /** An area around it. */
  readonly band?: Band | undefined;
  /** What the area says, for the legend. */
  readonly bandLabel?: string;
  readonly filled?: boolean;
}

/** Something that happened: a line from top to bottom with its name. */
export interface Moment {
  readonly atMs: number;
  readonly label: string;
  /** A CSS variable of `app.css`; its label says what the colour says. */
  readonly colour?: string;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LineChartProps {
  /** Epoch milliseconds, growing. */
  readonly atMs: readonly number[];
  readonly lines: readonly Line[];
  readonly moments?: readonly Moment[];
  readonly zone: string;
  readonly label: string;
  readonly format: (value: number) => string;
  /** Pixels. */
  readonly height?: number;
  /** What is looked at; the whole when undefined. Without `onZoom` the chart keeps it itself. */
  readonly zoom?: Span | undefined;
  /** Told of a range that was brushed over or zoomed to by keys; undefined: of the whole again. */
  readonly onZoom?: (span: Span | undefined) => void;
  /** Told of the moment of a point that was clicked, or that Enter was pressed on. */
  readonly onPick?: (atMs: number) => void;
}
