/**
 * Compiles an EventBridge wildcard: `*` stands for any characters, `\*` and `\\` for themselves. Undefined when two stars follow
 * one another, which EventBridge refuses. Greedy over the literal parts, so a match costs the length of the value times that of
 * the longest part, never more: no backtracking, no regular expression.
 */
export function compileWildcard(wildcard: string): ((value: string) => boolean) | undefined {
  const parts: string[] = [''];
  for (let at = 0; at < wildcard.length; at += 1) {
    const character = wildcard.charAt(at);
    const next = wildcard.charAt(at + 1);
    if (character === '\\' && (next === '*' || next === '\\')) {
      parts.push(`${parts.pop() ?? ''}${next}`);
      at += 1;
    } else if (character !== '*') parts.push(`${parts.pop() ?? ''}${character}`);
    else if (next === '*') return undefined;
    else parts.push('');
  }
  const first = parts[0] ?? '';
  if (parts.length === 1) return (value) => value === first;
  const last = parts.at(-1) ?? '';
  const between = parts.slice(1, -1);
  return (value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last))
      return false;
    let at = first.length;
    for (const part of between) {
      const found = value.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= value.length - last.length;
  };
}
