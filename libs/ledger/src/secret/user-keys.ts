import { hash } from 'node:crypto';

/** A path has 8 digits of 5 bits: of a billion people one shares it with another, who then gets a fresh pseudonym too, and no harm. */
const DIGIT_BITS = 5;
const DIGITS = 8;
const FAN = 1 << DIGIT_BITS;
const SEED_BYTES = 32;
/** Seeds below the root that are remembered, down to this depth: 32³ of them at most. */
const REMEMBERED_DEPTH = 3;
const FORMAT = 'flightdeck-user-keys@1';
const NODE = /^([0-9a-v]{0,8}) ([0-9a-f]{64})$/u;

/**
 * A key for every person there could be, in a few bytes: the keys are the leaves of a tree in which each node's seed makes its
 * children's (Goldreich, Goldwasser, Micali), and only the root is kept. To destroy one person's key, the nodes on the way to it are
 * replaced by what hangs beside the way, and its leaf by a fresh seed: no other key changes, and the destroyed one cannot be made again
 * by anybody, the keeper of the file included. Immutable.
 */
export class UserKeys {
  private readonly remembered = new Map<number, Buffer>();

  private constructor(
    /** Tells a person's path apart from the person. */
    private readonly pathKey: Buffer,
    /** Seeds by their place: a one, then the digits of the way. No place is above another. */
    private readonly nodes: ReadonlyMap<number, Buffer>,
  ) {}

  /** @throws {RangeError} unless both have 32 bytes. */
  static create(pathKey: Uint8Array, root: Uint8Array): UserKeys {
    for (const seed of [pathKey, root])
      if (seed.byteLength !== SEED_BYTES) throw new RangeError(`A seed has ${SEED_BYTES} bytes.`);
    return new UserKeys(Buffer.from(pathKey), new Map([[1, Buffer.from(root)]]));
  }

  /** Reads what {@link toString} wrote; undefined when it is something else. */
  static parse(text: string): UserKeys | undefined {
    const [format, path = '', ...lines] = text.split('\n');
    const pathKey = Buffer.from(path, 'hex');
    if (format !== FORMAT || pathKey.length !== SEED_BYTES || lines.pop() !== '' || lines.length === 0)
      return undefined;
    const nodes = new Map<number, Buffer>();
    for (const line of lines) {
      const [, digits, seed = ''] = NODE.exec(line) ?? [];
      if (digits === undefined) return undefined;
      nodes.set(parseInt(`1${digits}`, FAN), Buffer.from(seed, 'hex'));
    }
    return new UserKeys(pathKey, nodes);
  }

  toString(): string {
    const lines = [...this.nodes].map(
      ([place, seed]) => `${place.toString(FAN).slice(1)} ${seed.toString('hex')}`,
    );
    return `${[FORMAT, this.pathKey.toString('hex'), ...lines].join('\n')}\n`;
  }

  /** What stands for the person in the ledger: 43 characters of base64url, the same until the person's key is destroyed. */
  pseudonymOf(userId: string): string {
    const person = this.personOf(userId);
    const { depth, place, seed } = this.covering(person);
    this.descend(person, depth, place, seed).copy(leafAndPerson);
    person.copy(leafAndPerson, SEED_BYTES);
    return hash('sha256', leafAndPerson, 'base64url');
  }

  /** The keys without the one that the person has now: from here on another stands in its place, made of `fresh` (32 random bytes). */
  without(userId: string, fresh: Uint8Array): UserKeys {
    if (fresh.byteLength !== SEED_BYTES) throw new RangeError(`A seed has ${SEED_BYTES} bytes.`);
    const person = Buffer.from(this.personOf(userId));
    const nodes = new Map(this.nodes);
    let { depth, place, seed } = this.covering(person);
    nodes.delete(place);
    for (; depth < DIGITS; depth++) {
      const way = digitOf(person, depth);
      for (let digit = 0; digit < FAN; digit++)
        if (digit !== way) nodes.set(place * FAN + digit, childOf(seed, digit));
      place = place * FAN + way;
      seed = childOf(seed, way);
    }
    nodes.set(place, Buffer.from(fresh));
    return new UserKeys(this.pathKey, nodes);
  }

  /** Valid until the next call. */
  private personOf(userId: string): Buffer {
    // A keyed prefix is enough: this never leaves, so nobody has one to extend.
    const length = SEED_BYTES + Buffer.byteLength(userId);
    const bytes = length <= named.length ? named : Buffer.alloc(length);
    this.pathKey.copy(bytes);
    bytes.write(userId, SEED_BYTES, 'utf8');
    return digestInto(bytes.subarray(0, length), personBytes);
  }

  /** The kept node on the person's way. */
  private covering(person: Buffer): { depth: number; place: number; seed: Buffer } {
    let place = 1;
    for (let depth = 0; depth <= DIGITS; depth++) {
      const seed = this.nodes.get(place);
      if (seed !== undefined) return { depth, place, seed };
      place = place * FAN + digitOf(person, depth);
    }
    throw new Error('The user keys have a hole: their file is not as it was written.');
  }

  /** The seed of the person's leaf; valid until the next call. */
  private descend(person: Buffer, from: number, at: number, of: Buffer): Buffer {
    let [depth, place, seed] = [from, at, of];
    for (; depth < DIGITS; depth++) {
      const digit = digitOf(person, depth);
      place = place * FAN + digit;
      const known = depth < REMEMBERED_DEPTH ? this.remembered.get(place) : undefined;
      seed = known ?? childInto(seed, digit, childBytes);
      if (known === undefined && depth < REMEMBERED_DEPTH) this.remembered.set(place, Buffer.from(seed));
    }
    return seed;
  }
}

/** Every new person takes seven digests, so what they are made of and written to is kept: a Buffer for each costs as much again. */
const NAME_BYTES_MAX = 1_024;
const named = Buffer.alloc(SEED_BYTES + NAME_BYTES_MAX);
const personBytes = Buffer.alloc(SEED_BYTES);
const childBytes = Buffer.alloc(SEED_BYTES);
const seedAndDigit = Buffer.alloc(SEED_BYTES + 1);
const leafAndPerson = Buffer.alloc(2 * SEED_BYTES);

/** The 5 bits of a path at a depth. */
function digitOf(person: Buffer, depth: number): number {
  const bit = depth * DIGIT_BITS;
  return (person.readUInt16BE(bit >> 3) >> (16 - DIGIT_BITS - (bit & 7))) & (FAN - 1);
}

function childOf(seed: Buffer, digit: number): Buffer {
  return childInto(seed, digit, Buffer.alloc(SEED_BYTES));
}

function childInto(seed: Buffer, digit: number, target: Buffer): Buffer {
  seed.copy(seedAndDigit);
  seedAndDigit[SEED_BYTES] = digit;
  return digestInto(seedAndDigit, target);
}

/** As text out of the crypto library and into bytes: less than half the cost of the Buffer that it would make. */
function digestInto(bytes: Buffer, target: Buffer): Buffer {
  target.write(hash('sha256', bytes, 'binary'), 'latin1');
  return target;
}
