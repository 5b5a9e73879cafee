import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uuidBytes, uuidText, uuidv5, uuidv5Bytes } from './uuid.js';

const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const URL = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';

describe('UUID version 5', () => {
  it('agrees with the published vectors', () => {
    expect(uuidv5(DNS, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2'); // RFC 9562, A.4
    expect(uuidv5(DNS, 'python.org')).toBe('886313e1-3b8a-5372-9b90-0c9aee199e5d'); // Python's uuid documentation
    expect(uuidv5(URL, 'http://python.org/')).toBe('4c565f0d-3f5a-5890-b41b-20cf47701c5e'); // Python's own tests
  });

  it('agrees with a plain computation for any name, short, long or in bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.boolean(), (name, inBytes) => {
        const digest = createHash('sha1').update(uuidBytes(DNS)).update(name).digest();
        digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
        digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
        const made = uuidv5Bytes(uuidBytes(DNS), inBytes ? Buffer.from(name) : name);
        expect(made.toString('hex')).toBe(digest.toString('hex', 0, 16));
      }),
    );
  });

  it('refuses a namespace that is no UUID', () => {
    expect(() => uuidv5Bytes(Buffer.alloc(15), 'x')).toThrow(RangeError);
  });
});

describe('the text form of a UUID', () => {
  it('is the same bytes both ways, in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const text = uuidText(bytes);
        expect(text).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect([...uuidBytes(text)]).toEqual([...bytes]);
        expect([...uuidBytes(text.toUpperCase())]).toEqual([...bytes]);
      }),
    );
  });

  it.each([
    '',
    'x',
    `${DNS}0`,
    DNS.replaceAll('-', ''),
    DNS.replace('6', 'g'),
    DNS.replace('6', 'Ķ'),
    DNS.replace('-', '0'),
  ])('refuses %j', (text) => {
    expect(() => uuidBytes(text)).toThrow(SyntaxError);
  });
});
