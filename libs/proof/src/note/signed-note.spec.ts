import { describe, expect, it } from '@jest/globals';
import { checkpointText, parseCheckpoint } from './checkpoint.js';
import { openNote, parseVerifierKey, signNote, verifierKey } from './signed-note.js';
import { seedSigner } from './signer.js';

/** The example of golang.org/x/mod/sumdb/note, whose format C2SP signed-note is. */
const NAME = 'PeterNeumann';
const SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT =
  'If you think cryptography is the answer to your problem,\nthen you don\u2019t know what your problem is.\n'.replace(
    '\u2019',
    "'",
  );
const NOTE = `${TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const key = parseVerifierKey(KEY);
if (key === undefined) throw new Error('The published key is not read.');

describe('a signed note', () => {
  it('is byte for byte the published one', async () => {
    const signer = seedSigner(SEED);
    expect(verifierKey({ name: NAME, publicKey: await signer.publicKey() })).toBe(KEY);
    expect(await signNote(TEXT, NAME, signer)).toBe(NOTE);
    expect(openNote(NOTE, key)).toBe(TEXT);
  });

  it('opens beside signatures of others', () => {
    const [text = '', signature = ''] = NOTE.split('\n\n');
    expect(openNote(`${text}\n\n\u2014 witness AAAAAAA=\n${signature}`, key)).toBe(TEXT);
  });

  it('does not open when anything is changed', () => {
    for (let i = 0; i < NOTE.length; i++) {
      const changed = NOTE.slice(0, i) + (NOTE[i] === 'A' ? 'B' : 'A') + NOTE.slice(i + 1);
      expect(openNote(changed, key)).toBeUndefined();
    }
  });

  it('refuses keys that are none', () => {
    for (const text of ['', 'x', KEY.replace('c74f20a3', 'c74f20a4'), KEY.replace('+AR', '+BR')])
      expect(parseVerifierKey(text)).toBeUndefined();
    expect(() => seedSigner(Buffer.alloc(31))).toThrow(RangeError);
  });
});

describe('a checkpoint', () => {
  it('is read as it was written', () => {
    const checkpoint = { origin: 'flightdeck/x', size: 7, root: Buffer.alloc(32, 3) };
    const text = checkpointText(checkpoint);
    expect(text).toBe(`flightdeck/x\n7\n${Buffer.alloc(32, 3).toString('base64')}\n`);
    expect(parseCheckpoint(text)).toEqual(checkpoint);
    for (const wrong of ['', 'a\n-1\nx\n', 'a\n07\n' + Buffer.alloc(32).toString('base64'), 'a\n7\nAAAA\n'])
      expect(parseCheckpoint(wrong)).toBeUndefined();
  });
});
