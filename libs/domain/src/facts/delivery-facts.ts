import type { Counters } from '../figures/figures.js';
import { RATES, type Rates } from '../metrics/rates.js';
import { ratio } from '../money/display.js';
import { FACT_COUNTS, FACT_SPANS, type FactCount, type FactDefinition, type FactSpan } from './fact.js';
import { changing, daily, SPAN_TEXT } from './row.js';

const COUNT_EXAMPLE: Readonly<Record<FactCount, number>> = {
  impressions: 12_000,
  views: 8_100,
  clicks: 144,
  conversions: 5,
};

interface RateText {
  readonly unit: 'ratio' | 'micros';
  readonly meaning: string;
  readonly example: number;
}
const RATE_TEXT: Readonly<Record<keyof Rates, RateText>> = {
  ctr: { unit: 'ratio', meaning: 'Click-through rate: clicks per impression', example: 0.012 },
  cvr: { unit: 'ratio', meaning: 'Conversion rate: conversions per click', example: 0.03 },
  viewability: { unit: 'ratio', meaning: 'Viewable rate (MRC): views per impression', example: 0.68 },
  cpc: { unit: 'micros', meaning: 'Net spend per click', example: 450_000 },
  cpa: { unit: 'micros', meaning: 'Net spend per conversion', example: 15_000_000 },
  ecpm: { unit: 'micros', meaning: 'Net spend per thousand impressions', example: 5_400_000 },
  vcpm: { unit: 'micros', meaning: 'Net spend per thousand views', example: 7_900_000 },
  roas: { unit: 'ratio', meaning: 'Return on ad spend: attributed value per net spend', example: 3.2 },
};
const RATE_NAMES = Object.keys(RATE_TEXT) as (keyof Rates)[];

/** `impressions.*` to `conversions.*`, the rates, `ivt.*`. */
export const DELIVERY_FACTS: readonly FactDefinition[] = [
  ...FACT_COUNTS.flatMap((count) => FACT_SPANS.map((span) => countFact(count, span))),
  ...RATE_NAMES.flatMap((rate) => [rateFact(rate, 'today'), rateFact(rate, 'last60m')]),
  daily({
    name: 'ivt.share.today',
    type: 'number',
    unit: 'ratio',
    meaning: 'Share of all events today that are invalid traffic, general or sophisticated (MRC).',
    example: 0.02,
    compute: ({ figures }) => invalidShare(figures.today),
  }),
];

function countFact(count: FactCount, span: FactSpan): FactDefinition {
  return changing(span, {
    name: `${count}.${span}`,
    type: 'number',
    unit: 'count',
    meaning: `Valid ${count} ${SPAN_TEXT[span]}.`,
    example: COUNT_EXAMPLE[count],
    compute: ({ figures }) => figures[span][count],
  });
}

function rateFact(rate: keyof Rates, span: 'today' | 'last60m'): FactDefinition {
  const { unit, meaning, example } = RATE_TEXT[rate];
  return changing(span, {
    name: `${rate}.${span}`,
    type: 'number',
    unit,
    meaning: `${meaning}, ${SPAN_TEXT[span]}.`,
    example,
    compute: ({ figures }) => RATES[rate](figures[span]),
  });
}

function invalidShare(counters: Counters): number | null {
  return ratio(counters.givt + counters.sivt, counters.events);
}
