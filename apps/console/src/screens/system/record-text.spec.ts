import { describe, expect, it } from '@jest/globals';
import { editableOf, recordOf, textOf } from './record-text';

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

describe('a record that was refused', () => {
  it('is shown as it came, in any script, cut where there is no room', () => {
    expect(textOf(base64('zażółć'))).toBe('zażółć');
    expect(textOf(base64('abcdef'), 3)).toBe('abc…');
  });

  it('is laid out to be corrected, and read back the same', () => {
    const record = { eventId: 'e1', price: { micros: -5 } };
    expect(recordOf(editableOf(base64(JSON.stringify(record))))).toEqual(record);
    expect(editableOf(base64('{"broken'))).toBe('{"broken');
  });

  it('is none where it is no object (planted)', () => {
    for (const text of ['', '{', '[1]', 'null', '5']) expect(recordOf(text)).toBeUndefined();
  });
});
