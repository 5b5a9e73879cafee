import { hashOf, isSame } from './campaign-names.js';
import { textOf } from './literal.js';

/** Texts remembered; two that fall on one place take turns. */
const SLOTS = 2 ** 12;

/** Turns bytes into texts without making one for each event: the same bytes are the same text. */
export class KnownTexts {
  private readonly slots: string[] = Array.from({ length: SLOTS }, () => '');

  /** The text in bytes [from, to), which are ASCII. */
  of(view: DataView, from: number, to: number): string {
    const slot = hashOf(view, from, to) & (SLOTS - 1);
    const known = this.slots[slot] ?? '';
    if (isSame(known, view, from, to)) return known;
    const text = textOf(view, from, to);
    this.slots[slot] = text;
    return text;
  }
}
