import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { removeTemporary, temporaryDirectory } from '../testing/temporary.js';
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
