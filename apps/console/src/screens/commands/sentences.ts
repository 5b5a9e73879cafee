import { wordsOf } from '../../format/operators';
import { judgedLines, plainly, type JudgedLine } from './conditions';

/** Of these a value that was seen does something, of the others it is something. */
const HAS = new Set(['contains', 'doesNotContain']);

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
  const words = wordsOf(operator);
  if (HAS.has(operator)) return `${fact} was ${plainly(saw)}: it does ${not}${words} ${other}.`;
  return `${fact} was ${plainly(saw)}, which is ${not}${words} ${other}.`;
}
