import type { Link } from '../ad-fact/link.js';

const FIRST_SLOTS = 1024;
/** Half of the slots stay empty, so that a look-up rarely passes more than one neighbour. */
const LOAD_MAX = 0.5;
const NONE = -1;

/** A number ≥ 0 for each link, in twelve bytes a slot and without allocating: linear probing, 0 (which is no link) for an empty slot. */
export class LinkTable {
  private slots = new Float64Array(FIRST_SLOTS);
  private values = new Int32Array(FIRST_SLOTS);
  private used = 0;

  /** −1 when there is none. */
  get(link: Link): number {
    const at = this.find(link);
    return this.slots[at] === 0 ? NONE : (this.values[at] ?? NONE);
  }

  has(link: Link): boolean {
    return this.slots[this.find(link)] !== 0;
  }

  /** Sets the number of the link and answers the one it had, −1 for none. */
  set(link: Link, value: number): number {
    const at = this.find(link);
    const before = this.slots[at] === 0 ? NONE : (this.values[at] ?? NONE);
    this.values[at] = value;
    if (before !== NONE) return before;
    this.slots[at] = link;
    this.used += 1;
    if (this.used > this.slots.length * LOAD_MAX) this.grow();
    return NONE;
  }

  /** The slot of the link, or the empty one where it would be. */
  private find(link: Link): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = (link | 0) & mask; // a link's low bits are as random as its high ones
    for (let value = slots[at]; value !== 0 && value !== link; value = slots[at]) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const { slots, values } = this;
    this.slots = new Float64Array(slots.length * 2);
    this.values = new Int32Array(slots.length * 2);
    this.used = 0;
    slots.forEach((link, at) => {
      if (link !== 0) this.set(link, values[at] ?? 0);
    });
  }
}
