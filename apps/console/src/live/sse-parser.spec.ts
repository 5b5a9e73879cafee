import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SseParser, type Frame } from './sse-parser';

const text = 'event: pacing\nid: a1\ndata: {"x":1}\n\n: heartbeat\n\nid: a2\ndata: one\ndata: two\n\n';
const frames: readonly Frame[] = [
  { event: 'pacing', data: '{"x":1}', id: 'a1' },
  { event: 'message', data: 'one\ntwo', id: 'a2' },
];

const parsed = (pieces: readonly string[], parser: Pick<SseParser, 'push'> = new SseParser()): Frame[] =>
  pieces.flatMap((piece) => parser.push(piece));

const piecesOf = (whole: string, cuts: readonly number[]): string[] => {
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return at.slice(1).map((end, i) => whole.slice(at[i], end));
};

describe('the parser of event streams', () => {
  it('reads frames, comments and ids', () => expect(parsed([text])).toEqual(frames));

  it.each(['\n', '\r\n', '\r'])('reads the same however it is cut, lines ending with %j', (end) => {
    const whole = text.replaceAll('\n', end) + (end === '\r' ? ':\r' : '');
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        expect(parsed(piecesOf(whole, cuts))).toEqual(frames);
      }),
    );
  });

  it('keeps an id until another comes, and a comment is no frame', () => {
    expect(parsed(['id: 7\ndata: a\n\ndata: b\n\n: hi\n\n']).map(({ id }) => id)).toEqual(['7', '7']);
  });

  it('refuses a frame that never ends', () => {
    const parser = new SseParser();
    expect(() => {
      for (let i = 0; i < 5; i++) parser.push('x'.repeat(1_000_000));
    }).toThrow(RangeError);
  });

  it('would notice a parser that forgets what was cut (planted)', () => {
    const forgetful = { push: (piece: string) => new SseParser().push(piece) };
    expect(parsed(piecesOf(text, [5]), forgetful)).not.toEqual(frames);
  });
});
