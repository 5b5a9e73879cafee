import { describe, expect, it } from '@jest/globals';
import { collect, rangeOf } from './download';

function streamOf(...pieces: readonly string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
}

describe('an export, as it arrives', () => {
  it('is counted piece by piece and kept byte for byte', async () => {
    const seen: number[] = [];
    const blob = await collect(streamOf('a\nb', '\nc\n'), ({ events }) => seen.push(events));
    expect(seen).toEqual([1, 3]);
    expect(await blob.text()).toBe('a\nb\nc\n');
  });

  it('is given up where it is too large', async () => {
    await expect(collect(streamOf('12345', '678'), () => undefined, 6)).rejects.toThrow('flightdeck export');
  });

  it('would be seen to lose a piece (planted)', async () => {
    expect(await (await collect(streamOf('a\n'), () => undefined)).text()).not.toBe('a\nb\n');
  });
});

describe('a range of the ledger', () => {
  it('is the whole of what is signed unless it says more', () => {
    expect(rangeOf('', '', 10)).toEqual({ from: 0, to: 10 });
    expect(rangeOf('3', ' 7 ', 10)).toEqual({ from: 3, to: 7 });
  });

  it('is none beyond what is signed, or backwards', () => {
    for (const [from, to] of [
      ['3', '3'],
      ['7', '3'],
      ['0', '11'],
      ['x', ''],
      ['-1', ''],
    ] as const)
      expect(rangeOf(from, to, 10)).toBeUndefined();
  });
});
