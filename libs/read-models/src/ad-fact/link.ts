/** What ties events of a campaign together, as a hash of campaign, kind and id, of {@link LINK_BITS} bits; never 0. */
export type Link = number;

/** Leaves two bits of the integers that a number holds exactly. */
export const LINK_BITS = 51;

/** The kinds of things that events name. An order and a conversion of the same name are two things. */
export const LINK_KIND = { impression: 1, click: 2, user: 3, order: 4, conversion: 5 } as const;
export type LinkKind = (typeof LINK_KIND)[keyof typeof LINK_KIND];

/** The link of an id. */
export function linkOf(campaignId: string, kind: LinkKind, id: string): Link {
  const { buffer, byteOffset, length } = Buffer.from(id);
  return linkOfBytes(campaignSeed(campaignId), kind, new DataView(buffer, byteOffset, length), 0, length);
}

/** Where the hash of all links of a campaign begins. */
export function campaignSeed(campaignId: string): number {
  let seed = 0x811c9dc5;
  for (let i = 0; i < campaignId.length; i++) seed = Math.imul(seed ^ campaignId.charCodeAt(i), 0x01000193);
  return seed;
}

/** Two 32-bit multiplicative hashes side by side, of which the upper bits are kept (bryc's cyrb53, public domain). */
export function linkOfBytes(seed: number, kind: LinkKind, view: DataView, from: number, to: number): Link {
  let high = 0xdeadbeef ^ seed ^ kind;
  let low = 0x41c6ce57 ^ Math.imul(seed, 31) ^ kind;
  for (let i = from; i < to; i++) {
    const byte = view.getUint8(i);
    high = Math.imul(high ^ byte, 2654435761);
    low = Math.imul(low ^ byte, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (low >>> 0) * 2 ** 19 + (high >>> 13) || 1;
}
