import { Button, Select, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { instantOfLocal, localOfInstant, ownZone } from '../../../format/local-time';
import { moment } from '../../../format/time';
import { isPosition } from './search';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How far the slider reaches back, and how far an arrow key moves it. */
const SPANS = [
  { value: 'hour', label: 'Last hour', spanMs: HOUR_MS, stepMs: 10 * SECOND_MS },
  { value: 'day', label: 'Last 24 hours', spanMs: DAY_MS, stepMs: MINUTE_MS },
  { value: 'week', label: 'Last 7 days', spanMs: 7 * DAY_MS, stepMs: 10 * MINUTE_MS },
  { value: 'quarter', label: 'Last 90 days', spanMs: 90 * DAY_MS, stepMs: HOUR_MS },
] as const;

interface MomentSliderProps {
  /** A time or a position; the newest moment when undefined. */
  readonly asOf: string | undefined;
  /** When that is, once it is known. */
  readonly atMs: number;
  readonly nowMs: number;
  readonly onMoment: (asOf: string | undefined) => void;
}

/** Names a moment: by sliding, by its time, or by a position in the ledger. */
export function MomentSlider({ asOf, atMs, nowMs, onMoment }: MomentSliderProps) {
  const [spanName, setSpanName] = useState<string>(() => nameOfSpan(nowMs - atMs));
  const { spanMs, stepMs } = SPANS.find(({ value }) => value === spanName) ?? SPANS[1];
  const toMs = Math.ceil(nowMs / stepMs) * stepMs;
  const fromMs = toMs - spanMs;
  const shownMs = Math.min(Math.max(atMs, fromMs), toMs);
  return (
    <div className="fd-travel">
      <div className="fd-look">
        <Select
          aria-label="The slider reaches over"
          w={140}
          data={SPANS.map(({ value, label }) => ({ value, label }))}
          value={spanName}
          onChange={(value) => setSpanName(value ?? spanName)}
        />
        <TimeField key={`time ${atMs}`} atMs={atMs} nowMs={nowMs} onMoment={onMoment} />
        <PositionField key={`position ${asOf ?? ''}`} asOf={asOf} onMoment={onMoment} />
        <Button variant="default" disabled={asOf === undefined} onClick={() => onMoment(undefined)}>
          Now
        </Button>
      </div>
      <input
        type="range"
        className="fd-slider"
        aria-label="Moment"
        aria-valuetext={moment(shownMs, undefined, true)}
        min={fromMs}
        max={toMs}
        step={stepMs}
        value={shownMs}
        onChange={(event) => {
          const ms = Number(event.currentTarget.value);
          onMoment(ms >= nowMs ? undefined : new Date(ms).toISOString());
        }}
      />
      <div className="fd-slider-ends fd-dim" aria-hidden="true">
        <span>{moment(fromMs)}</span>
        <strong>{moment(atMs, undefined, true)}</strong>
        <span>{moment(toMs)}</span>
      </div>
    </div>
  );
}

function TimeField({ atMs, nowMs, onMoment }: Omit<MomentSliderProps, 'asOf'>) {
  const [text, setText] = useState(localOfInstant(atMs));
  const asked = instantOfLocal(text);
  const isAhead = asked !== undefined && Date.parse(asked) > nowMs;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (asked !== undefined && !isAhead) onMoment(asked);
  };
  return (
    <form onSubmit={submit} style={{ display: 'flex', gap: 4 }}>
      <TextInput
        type="datetime-local"
        step={1}
        aria-label={`Time, ${ownZone()}`}
        title={`Your time, ${ownZone()}`}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={isAhead ? 'It has not come yet' : undefined}
        data-search
      />
      <Button type="submit" variant="default">
        Go
      </Button>
    </form>
  );
}

function PositionField({ asOf, onMoment }: Pick<MomentSliderProps, 'asOf' | 'onMoment'>) {
  const [text, setText] = useState(asOf !== undefined && isPosition(asOf) ? asOf : '');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (isPosition(text.trim())) onMoment(text.trim());
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        w={150}
        inputMode="numeric"
        aria-label="After so many events of the ledger; press Enter"
        placeholder="or after event no. …"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

function nameOfSpan(agoMs: number): string {
  return (SPANS.find(({ spanMs, value }) => spanMs >= agoMs && value !== 'hour') ?? SPANS[3]).value;
}
