import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { removeTemporary, temporaryDirectory } from '../testing/temporary.js';
import { UserKeyFile } from './user-key-file.js';
import { UserKeys } from './user-keys.js';

afterEach(removeTemporary);

const [PATH, ROOT, FRESH] = [7, 8, 9].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer];
const keys = () => UserKeys.create(PATH, ROOT);
const people = Array.from({ length: 500 }, (_, i) => `user-${i}`);

/** Of a tree whose root is whole. */
function plainPseudonym(person: string): string {
  const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const way = sha256(PATH, Buffer.from(person));
  const bits = [...way].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = Array.from({ length: 8 }, (_, i) => parseInt(bits.slice(5 * i, 5 * i + 5), 2));
  const leaf = digits.reduce((seed, digit) => sha256(seed, Buffer.of(digit)), ROOT);
  return sha256(leaf, way).toString('base64url');
}

describe('the keys of people', () => {
  it('give each a pseudonym of 256 bits, the same every time, another under other keys', () => {
    const pseudonyms = people.map((person) => keys().pseudonymOf(person));
    const again = keys();
    expect(people.map((person) => again.pseudonymOf(person))).toEqual(pseudonyms);
    expect(new Set(pseudonyms).size).toBe(people.length);
    expect(pseudonyms.every((pseudonym) => /^[A-Za-z0-9_-]{43}$/u.test(pseudonym))).toBe(true);
    expect(UserKeys.create(PATH, FRESH).pseudonymOf('user-1')).not.toBe(pseudonyms[1]);
    expect(UserKeys.create(FRESH, ROOT).pseudonymOf('user-1')).not.toBe(pseudonyms[1]);
  });

  it('are those of the tree reckoned in the plain way, whatever the person is called', () => {
    const same = keys();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (person) => {
        expect(same.pseudonymOf(person)).toBe(plainPseudonym(person));
      }),
    );
  });

  it('lose one person’s and nobody else’s, whoever is erased and in whatever order', () => {
    const before = people.map((person) => keys().pseudonymOf(person));
    fc.assert(
      fc.property(fc.array(fc.nat(people.length - 1), { minLength: 1, maxLength: 6 }), (erased) => {
        const left = erased.reduce(
          (some, who, n) => some.without(`user-${who}`, Buffer.alloc(32, n)),
          keys(),
        );
        const changed = people.flatMap((person, i) => (left.pseudonymOf(person) === before[i] ? [] : [i]));
        expect(changed).toEqual([...new Set(erased)].sort((a, b) => a - b));
      }),
      { numRuns: 20 },
    );
  });

  it('give a person who is erased twice a third pseudonym', () => {
    const once = keys().without('ada', FRESH);
    const twice = once.without('ada', ROOT);
    const three = [keys(), once, twice].map((some) => some.pseudonymOf('ada'));
    expect(new Set(three).size).toBe(3);
  });

  it('do not hold what they lost: the seeds that are kept do not make it again', () => {
    const left = keys().without('ada', FRESH);
    const lost = keys().pseudonymOf('ada');
    expect(left.toString()).not.toContain(ROOT.toString('hex'));
    // The planted bug: an erasure that forgets to take the root away.
    const forgetful = UserKeys.parse(
      `${keys().toString()}${left.toString().split('\n').slice(2).join('\n')}`,
    );
    expect(forgetful?.pseudonymOf('ada')).toBe(lost);
    expect(left.pseudonymOf('ada')).not.toBe(lost);
  });

  it('are read as they were written', () => {
    const left = keys().without('ada', FRESH).without('bob', ROOT);
    const read = UserKeys.parse(left.toString());
    expect(people.map((person) => read?.pseudonymOf(person))).toEqual(
      people.map((person) => left.pseudonymOf(person)),
    );
    for (const text of ['', 'x', left.toString().slice(0, -1), left.toString().replace('@1', '@2')])
      expect(UserKeys.parse(text)).toBeUndefined();
  });
});

describe('a file of keys', () => {
  it('is made once, readable by its owner only, and nothing else is left', () => {
    const directory = join(temporaryDirectory(), 'data');
    const pseudonym = UserKeyFile.open(directory, 'user-keys').current().pseudonymOf('ada');
    expect(UserKeyFile.open(directory, 'user-keys').current().pseudonymOf('ada')).toBe(pseudonym);
    expect(statSync(join(directory, 'user-keys')).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['user-keys']);
  });

  it('loses a person’s key for everybody who has it open', () => {
    const directory = temporaryDirectory();
    const [one, other] = [UserKeyFile.open(directory, 'user-keys'), UserKeyFile.open(directory, 'user-keys')];
    const [ada, bob] = [other.current().pseudonymOf('ada'), other.current().pseudonymOf('bob')];
    const before = readFileSync(join(directory, 'user-keys'), 'utf8');
    expect(one.destroy('ada')).toBe(ada);
    expect(other.current().pseudonymOf('ada')).toBe(one.current().pseudonymOf('ada'));
    expect(other.current().pseudonymOf('ada')).not.toBe(ada);
    expect(other.current().pseudonymOf('bob')).toBe(bob);
    const root = before.split('\n')[2] ?? '';
    expect(readFileSync(join(directory, 'user-keys'), 'utf8')).not.toContain(root.trim());
    expect(readdirSync(directory)).toEqual(['user-keys']);
  });

  it('that holds something else is refused rather than made anew', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'user-keys'), 'nonsense');
    expect(() => UserKeyFile.open(directory, 'user-keys')).toThrow('does not hold the keys');
  });
});
