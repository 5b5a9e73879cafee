import { judgedLines, plainly, type JudgedLine } from './conditions';

const IS: Readonly<Record<string, string>> = {
  equal: 'equal to',
  notEqual: 'other than',
  lessThan: 'less than',
  lessThanInclusive: 'at most',
  greaterThan: 'more than',
  greaterThanInclusive: 'at least',
  in: 'one of',
  notIn: 'none of',
};
const HAS: Readonly<Record<string, string>> = { contains: 'contain', doesNotContain: 'leave out' };

/** What the engine saw at each comparison that it looked at, a sentence each. */
export function sentencesOf(conditions: unknown): readonly string[] {
  return judgedLines(conditions).flatMap((line) => {
    const sentence = sentenceOfLine(line);
    return sentence === undefined ? [] : [sentence];
  });
}

function sentenceOfLine({ comparison, saw, result }: JudgedLine): string | undefined {
  if (comparison === undefined || result === undefined) return undefined;
  const { fact, operator, value } = comparison;
  const other =
    typeof value === 'object' && value !== null && 'fact' in value ? String(value.fact) : plainly(value);
  const not = result ? '' : 'not ';
  const has = HAS[operator];
  if (has !== undefined) return `${fact} was ${plainly(saw)}: it does ${not}${has} ${other}.`;
  return `${fact} was ${plainly(saw)}, which is ${not}${IS[operator] ?? operator} ${other}.`;
}
