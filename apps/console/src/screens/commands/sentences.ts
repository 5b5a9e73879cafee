import { wordsOf } from '../../format/operators';
import { judgedLines, plainly, type JudgedLine, type SayFact } from './conditions';

/** Of these a value that was seen does something, of the others it is something. */
const HAS = new Set(['contains', 'doesNotContain']);

/** What the engine saw at each comparison that it looked at, a sentence each. */
export function sentencesOf(
  conditions: unknown,
  say: SayFact = (_, value) => plainly(value),
): readonly string[] {
  return judgedLines(conditions).flatMap((line) => {
    const sentence = sentenceOfLine(line, say);
    return sentence === undefined ? [] : [sentence];
  });
}

function sentenceOfLine({ comparison, saw, result }: JudgedLine, say: SayFact): string | undefined {
  if (comparison === undefined || result === undefined) return undefined;
  const { fact, operator, value } = comparison;
  const other =
    typeof value === 'object' && value !== null && 'fact' in value ? String(value.fact) : say(fact, value);
  const not = result ? '' : 'not ';
  const words = wordsOf(operator);
  if (HAS.has(operator)) return `${fact} was ${say(fact, saw)}: it does ${not}${words} ${other}.`;
  return `${fact} was ${say(fact, saw)}, which is ${not}${words} ${other}.`;
}
