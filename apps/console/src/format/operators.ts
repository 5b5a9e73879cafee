/** The operators of conditions: their sign, and what they say of a value that was seen, after "is" or "does". */
const OPERATORS: Readonly<Record<string, readonly [sign: string, words: string]>> = {
  equal: ['=', 'equal to'],
  notEqual: ['≠', 'other than'],
  lessThan: ['<', 'less than'],
  lessThanInclusive: ['≤', 'at most'],
  greaterThan: ['>', 'more than'],
  greaterThanInclusive: ['≥', 'at least'],
  in: ['in', 'one of'],
  notIn: ['not in', 'none of'],
  contains: ['contains', 'contain'],
  doesNotContain: ['does not contain', 'leave out'],
};

/** `greaterThanInclusive` as `≥`. */
export function signOf(operator: string): string {
  return OPERATORS[operator]?.[0] ?? operator;
}

/** `greaterThanInclusive` as `at least`. */
export function wordsOf(operator: string): string {
  return OPERATORS[operator]?.[1] ?? operator;
}

/** To choose from: `≥ at least`; an operator whose sign is a word as that word. */
export function choiceOf(operator: string): string {
  const sign = signOf(operator);
  return /^\w/u.test(sign) ? sign : `${sign} ${wordsOf(operator)}`;
}
