import { describe, expect, it } from '@jest/globals';
import { AppendTooLarge, type Expected } from '@flightdeck/event-store';
import { withStore, type NewPlace } from './place.js';
import { hex, idsOf, newEvent, newEvents, newStream, readAll } from './sample.js';

const TOO_LARGE = 5 * 1024 * 1024;

/** Expected revisions, retries, limits, and bytes that come back as they went in. */
export function appending(newPlace: NewPlace): void {
  describe('appending', () => {
    it.each<[Expected, number, boolean]>([
      ['no-stream', 0, true],
      ['any', 0, true],
      ['stream-exists', 0, false],
      [0, 0, false],
      [7, 0, false],
      [2, 3, true],
      ['any', 3, true],
      ['stream-exists', 3, true],
      ['no-stream', 3, false],
      [1, 3, false],
      [3, 3, false],
    ])('expecting %p of a stream of %p events: %p', (expected, length, ok) =>
      withStore(newPlace, async (store) => {
        const stream = newStream();
        if (length > 0) await store.append(stream, newEvents(length), 'no-stream');
        const result = await store.append(stream, newEvents(2), expected);
        const head = length + 1;
        expect(result).toEqual(
          ok ? { ok, revision: head } : { ok, actual: length === 0 ? 'no-stream' : length - 1 },
        );
        expect(await readAll(store, stream)).toHaveLength(ok ? length + 2 : length);
      }),
    );

    it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
      'throws on an expected revision of %p',
      (expected) =>
        withStore(newPlace, async (store) => {
          const stream = newStream();
          await expect(store.append(stream, newEvents(1), expected)).rejects.toThrow();
          expect(await readAll(store, stream)).toEqual([]);
        }),
    );

    it('throws on an append of nothing', () =>
      withStore(newPlace, async (store) => {
        await expect(store.append(newStream(), [], 'any')).rejects.toThrow();
      }));

    it('writes nothing of an append that is too large', () =>
      withStore(newPlace, async (store) => {
        const stream = newStream();
        const events = [...newEvents(1), newEvent(JSON.stringify('x'.repeat(TOO_LARGE)))];
        await expect(store.append(stream, events, 'no-stream')).rejects.toThrow(AppendTooLarge);
        expect(await readAll(store, stream)).toEqual([]);
        expect(await store.append(stream, newEvents(1), 'no-stream')).toEqual({ ok: true, revision: 0 });
      }));

    it('gives back the bytes it was given', () =>
      withStore(newPlace, async (store) => {
        const stream = newStream();
        const texts = [
          '{}',
          '{"a":""}',
          '"\\u0000\\ud800"',
          '{"名":"наука 🚀 \u2028"}',
          '{ "spaced" : [ 1e400, -0 ] }',
          '[]',
        ];
        const events = texts.map((text, i) => ({ ...newEvent(text, text), type: `Type/${i} é` }));
        await store.append(stream, events, 'no-stream');
        const stored = await readAll(store, stream);
        expect(stored.map((event) => [event.id, event.type, hex(event.data), hex(event.metadata)])).toEqual(
          events.map((event) => [event.id, event.type, hex(event.data), hex(event.metadata)]),
        );
      }));

    retrying(newPlace);
  });
}

/** After an outage the outcome is unknown, and the same events are sent again with the same expectation. */
function retrying(newPlace: NewPlace): void {
  it('writes a retry once', () =>
    withStore(newPlace, async (store) => {
      const stream = newStream();
      const [first, second, third] = [newEvents(3), newEvents(4), newEvents(2)];
      await store.append(stream, first, 'no-stream');
      await store.append(stream, second, 2);
      await store.append(stream, third, 6);
      expect(await store.append(stream, first, 'no-stream')).toMatchObject({ ok: true, revision: 2 });
      expect(await store.append(stream, second, 2)).toMatchObject({ ok: true, revision: 6 });
      expect(await store.append(stream, third, 6)).toMatchObject({ ok: true, revision: 8 });
      expect(idsOf(await readAll(store, stream))).toEqual(idsOf([...first, ...second, ...third]));
    }));

  it('writes one of two retries sent at once', () =>
    withStore(newPlace, async (store) => {
      const stream = newStream();
      const events = newEvents(3);
      const results = await Promise.all([1, 2, 3].map(() => store.append(stream, events, 'no-stream')));
      expect(results).toMatchObject(results.map(() => ({ ok: true, revision: 2 })));
      expect(idsOf(await readAll(store, stream))).toEqual(idsOf(events));
    }));

  it('refuses what only begins, ends or is ordered otherwise than what is stored', () =>
    withStore(newPlace, async (store) => {
      const stream = newStream();
      const events = newEvents(3);
      await store.append(stream, events, 'no-stream');
      const lost = { ok: false, actual: 2 };
      expect(await store.append(stream, [...events, ...newEvents(1)], 'no-stream')).toEqual(lost);
      expect(await store.append(stream, [...newEvents(1), ...events.slice(1)], 'no-stream')).toEqual(lost);
      expect(await store.append(stream, [...events.slice(0, 2), ...newEvents(1)], 'no-stream')).toEqual(lost);
      expect(await store.append(stream, [...events].reverse(), 'no-stream')).toEqual(lost);
      expect(await store.append(stream, events.slice(1), 'no-stream')).toEqual(lost);
      expect(await readAll(store, stream)).toHaveLength(3);
    }));
}
