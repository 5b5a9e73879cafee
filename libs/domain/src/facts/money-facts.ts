import { toMicrosNumber } from '../money/display.js';
import { budgetToday, effectiveToday } from '../pacing/budget.js';
import { utilizationOf } from '../pacing/pacing.js';
import { FACT_SPANS, type FactContext, type FactDefinition, type FactSpan } from './fact.js';
import { changing, daily, lasting, shared, SPAN_TEXT } from './row.js';

/** `spend.*`, `budget.*`, `utilization.*`. */
export const MONEY_FACTS: readonly FactDefinition[] = [...FACT_SPANS.flatMap(spendFacts), ...budgetFacts()];

function spendFacts(span: FactSpan): FactDefinition[] {
  const of = (kind: 'net' | 'gross') => (context: FactContext) => toMicrosNumber(context.figures[span][kind]);
  const common = { type: 'number', unit: 'micros', example: 4_250_000 } as const;
  return [
    changing(span, {
      ...common,
      name: `spend.${span}`,
      meaning: `Net spend ${SPAN_TEXT[span]}: without invalid traffic, adjustments applied.`,
      compute: of('net'),
    }),
    changing(span, {
      ...common,
      name: `spend.${span}.gross`,
      meaning: `Gross spend ${SPAN_TEXT[span]}: invalid traffic included, adjustments left out.`,
      compute: of('gross'),
    }),
  ];
}

function budgetFacts(): FactDefinition[] {
  const micros = { type: 'number', unit: 'micros' } as const;
  const share = { type: 'number', unit: 'ratio' } as const;
  return [
    daily({
      ...micros,
      name: 'budget.daily',
      meaning:
        'The daily budget; for a flight budget alone, what was left at the start of the day divided by the days left.',
      example: 5_000_000,
      compute: ({ terms, figures }) => budgetToday(terms, figures),
    }),
    lasting({
      ...micros,
      name: 'budget.lifetime',
      meaning: 'The budget of the whole flight.',
      example: 150_000_000,
      compute: ({ terms }) => terms?.budget.lifetimeMicros ?? null,
    }),
    shared(
      daily({
        ...micros,
        name: 'budget.remainingToday',
        meaning:
          'What may still be spent today under the tightest budget of the tree; below 0 once overspent.',
        example: 750_000,
        compute: ({ budget }) => budget.remainingToday,
      }),
    ),
    shared(
      lasting({
        ...micros,
        name: 'budget.remaining',
        meaning:
          'What is left at all under the tightest lifetime budget of the tree; below 0 once overspent.',
        example: 47_000_000,
        compute: ({ budget }) => budget.remaining,
      }),
    ),
    shared(
      daily({
        ...share,
        name: 'utilization.today',
        meaning: "Net spend today as a share of the day's budget under the tightest cap of the tree.",
        example: 0.85,
        compute: (context) => utilizationOf(context.figures.today.net, effectiveToday(context)),
      }),
    ),
    lasting({
      ...share,
      name: 'utilization.lifetime',
      meaning: 'Net spend of the flight as a share of the lifetime budget.',
      example: 0.69,
      compute: ({ terms, figures }) => utilizationOf(figures.lifetime.net, terms?.budget.lifetimeMicros),
    }),
  ];
}
