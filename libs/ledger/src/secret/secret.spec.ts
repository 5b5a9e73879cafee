import { createHmac } from 'node:crypto';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { removeTemporary, temporaryDirectory } from '../testing/temporary.js';
import { pseudonymiser } from './pseudonymiser.js';
import { loadOrCreateSecret } from './secret.js';

afterEach(removeTemporary);

describe('a secret of the data directory', () => {
  it('is made once, of 256 bits, readable by its owner only, and nothing else is left', () => {
    const directory = join(temporaryDirectory(), 'data');
    const secret = loadOrCreateSecret(directory, 'user-id-key');
    expect(secret).toHaveLength(32);
    expect(loadOrCreateSecret(directory, 'user-id-key')).toEqual(secret);
    expect(loadOrCreateSecret(directory, 'other-key')).not.toEqual(secret);
    expect(statSync(join(directory, 'user-id-key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(['other-key', 'user-id-key']);
  });

  it('takes back a mode that others can read', () => {
    const directory = temporaryDirectory();
    loadOrCreateSecret(directory, 'user-id-key');
    chmodSync(join(directory, 'user-id-key'), 0o644);
    loadOrCreateSecret(directory, 'user-id-key');
    expect(statSync(join(directory, 'user-id-key')).mode & 0o777).toBe(0o600);
  });

  it.each(['', 'short', `${'0'.repeat(63)}g`])(
    'refuses a file that holds %j rather than make a new key',
    (text) => {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, 'user-id-key'), text);
      expect(() => loadOrCreateSecret(directory, 'user-id-key')).toThrow('does not hold a secret');
    },
  );
});

describe('the pseudonym of a user', () => {
  it('is HMAC-SHA-256 under the key, in base64url, the same every time', () => {
    const key = Buffer.alloc(32, 7);
    const pseudonym = pseudonymiser(key);
    const expected = createHmac('sha256', key).update('user-1').digest('base64url');
    expect(pseudonym('user-1')).toBe(expected);
    expect(pseudonym('user-1')).toBe(expected);
    expect(expected).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(pseudonym('user-2')).not.toBe(expected);
    expect(pseudonymiser(Buffer.alloc(32, 8))('user-1')).not.toBe(expected);
  });

  it('does not change when the cache is emptied', () => {
    const pseudonym = pseudonymiser(Buffer.alloc(32, 7));
    const first = pseudonym('user-0');
    for (let i = 1; i <= 50_001; i++) pseudonym(`user-${i}`);
    expect(pseudonym('user-0')).toBe(first);
  });
});
