import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ImportRefused } from '../../../ingest/src/index.js';
import type { Config } from '../config.js';
import { importFile } from './import.js';

const SILENT = { interactive: false, json: false } as Parameters<typeof importFile>[2];

describe('importing a file', () => {
  it.each([join(tmpdir(), 'there-is-no-such-file.csv'), tmpdir()])(
    'says in a sentence that %s is none, before it connects to anything',
    async (file) => {
      const importing = importFile({ format: 'csv', file }, {} as Config, SILENT);
      await expect(importing).rejects.toThrow(new ImportRefused(`There is no file ${file}.`));
    },
  );
});
