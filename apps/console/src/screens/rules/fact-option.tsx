import type { Fact } from '../../api/generated/types.gen';
import { sentenceOf } from '../../format/words';

/** Facts by what they are about: the first word of their names. */
export function groupsOf(facts: readonly Fact[]): { group: string; items: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { name } of facts) {
    const group = sentenceOf(name.split('.', 1)[0] ?? name);
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}

/** A fact to choose: its name, its type and what it means. */
export function FactOption({ fact }: { readonly fact: Fact | undefined }) {
  if (fact === undefined) return null;
  return (
    <span className="fd-fact-option">
      <span className="fd-mono">{fact.name}</span>
      <small>
        {fact.type}
        {fact.unit === null ? '' : `, ${fact.unit}`} · {fact.meaning}
      </small>
    </span>
  );
}
