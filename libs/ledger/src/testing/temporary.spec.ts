import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { removeMade, removeTemporary, temporaryDirectory } from './temporary.js';

afterEach(removeTemporary);

describe('removing a temporary directory', () => {
  it('removes what was made here', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'inside'));
    removeMade(directory);
    expect(existsSync(directory)).toBe(false);
  });

  it.each(['', '.', '..', '/', tmpdir(), join('', '..'), join(tmpdir(), 'flightdeck-ledger-other')])(
    'refuses %j, before anything is touched',
    (path) => {
      expect(() => removeMade(path)).toThrow('was not made here');
    },
  );

  it('refuses a parent of, or a place in, what was made here', () => {
    const directory = temporaryDirectory();
    expect(() => removeMade(join(directory, '..'))).toThrow('was not made here');
    expect(() => removeMade(join(directory, 'inside'))).toThrow('was not made here');
    expect(existsSync(directory)).toBe(true);
  });
});
