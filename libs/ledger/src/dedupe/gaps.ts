/** Revisions, both inclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What of `from` to `to` no span covers. The spans are disjoint and in order. */
export function gaps(from: number, to: number, spans: readonly Span[]): readonly Span[] {
  const found: Span[] = [];
  let next = from;
  for (const span of spans) {
    if (span.to < next) continue;
    if (span.from > to) break;
    if (span.from > next) found.push({ from: next, to: span.from - 1 });
    next = span.to + 1;
  }
  if (next <= to) found.push({ from: next, to });
  return found;
}
