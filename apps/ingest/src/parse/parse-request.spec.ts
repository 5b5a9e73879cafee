import { invalidAdEvent } from '@flightdeck/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENTS_MAX, RECORD_BYTES_MAX } from './limits.js';
import { parseRequest } from './parse-request.js';
import { mayHoldArrays, recordFault, scanArray } from './scan.js';

const JSON_TYPE = 'application/json';
const NDJSON = 'application/x-ndjson';
const CLOUD_EVENT = 'application/cloudevents+json';
const CLOUD_EVENTS = 'application/cloudevents-batch+json; charset=utf-8';
const EVENT = { eventId: 'e1', type: 'click', occurredAt: '2026-11-22T10:00:00Z', campaignId: 'c1' };

const parse = (body: string | Uint8Array, type: string) =>
  parseRequest(typeof body === 'string' ? Buffer.from(body) : body, type);

function records(body: string | Uint8Array, type: string) {
  const result = parse(body, type);
  if (!result.ok) throw new Error(result.refusal.detail);
  const { values, refusals, spans, bytes } = result.request;
  const raw = values.map((_, i) =>
    Buffer.from(bytes.slice(spans[2 * i], spans[2 * i + 1]))
      .toString('utf8')
      .trim(),
  );
  return { values, reasons: values.map((_, i) => refusals.get(i)?.reason), raw };
}

const refusal = (body: string | Uint8Array, type: string) => {
  const result = parse(body, type);
  return result.ok ? undefined : result.refusal.status;
};

describe('the forms of a body', () => {
  it('takes an object, an array and NDJSON, and knows the bytes of each record', () => {
    const text = JSON.stringify(EVENT);
    expect(records(text, JSON_TYPE)).toEqual({ values: [EVENT], reasons: [undefined], raw: [text] });
    expect(records(`[${text} , ${text}]\n`, JSON_TYPE)).toMatchObject({
      values: [EVENT, EVENT],
      raw: [text, text],
    });
    expect(records(`${text}\n${text}`, NDJSON)).toMatchObject({ values: [EVENT, EVENT], raw: [text, text] });
    expect(records('[]', JSON_TYPE).values).toEqual([]);
    expect(records(' [ ] ', JSON_TYPE).values).toEqual([]);
    expect(records('', NDJSON).values).toEqual([]);
  });

  it('takes CloudEvents, whose id and source are the identity', () => {
    const { occurredAt, campaignId } = EVENT;
    const envelope = {
      specversion: '1.0',
      id: '7',
      source: '/tracker',
      type: 'com.example.Click.v1',
      time: occurredAt,
      data: { campaignId },
    };
    const expected = { ...EVENT, eventId: '/tracker 7' };
    expect(records(JSON.stringify(envelope), CLOUD_EVENT).values).toEqual([expected]);
    expect(records(JSON.stringify([envelope, { ...envelope, data: EVENT }]), CLOUD_EVENTS).values).toEqual([
      expected,
      expected,
    ]);
  });

  it('shortens a long identity, and keeps different ones apart', () => {
    const envelope = (id: string) => ({
      specversion: '1.0',
      id,
      source: `https://example.com/${'x'.repeat(200)}`,
      type: 't',
      data: EVENT,
    });
    const { values } = records(JSON.stringify([envelope('1'), envelope('2')]), CLOUD_EVENTS);
    const ids = values.map((value) => (value as { eventId: string }).eventId);
    expect(ids[0]).toHaveLength('sha256:'.length + 64);
    expect(new Set(ids).size).toBe(2);
  });

  it('refuses a bad envelope alone', () => {
    const good = { specversion: '1.0', id: '7', source: '/t', type: 'x', data: EVENT };
    const bad = [
      { ...good, id: '' },
      { ...good, source: 'a b' },
      { ...good, specversion: '0.3' },
      { ...good, data: 'e30=' },
      { ...good, datacontenttype: 'text/xml' },
      null,
    ];
    expect(records(JSON.stringify([...bad, good]), CLOUD_EVENTS).reasons).toEqual([
      ...bad.map(() => 'schema'),
      undefined,
    ]);
  });

  it.each([
    undefined,
    '',
    'text/plain',
    'application/json; charset=utf-16',
    'application/x-www-form-urlencoded',
    '__proto__',
  ])('does not know %s', (type) => {
    const result = parseRequest(Buffer.from('{}'), type);
    expect(result.ok ? undefined : result.refusal.status).toBe(415);
  });

  it('strips a byte order mark and carriage returns, and skips blank lines', () => {
    const text = JSON.stringify(EVENT);
    expect(records(`\uFEFF${text}`, JSON_TYPE).values).toEqual([EVENT]);
    expect(records(`\uFEFF${text}\r\n\r\n  \t\n${text}\r\n`, NDJSON)).toMatchObject({
      values: [EVENT, EVENT],
      raw: [text, text],
    });
  });
});

describe('poison', () => {
  const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const good = JSON.stringify(EVENT);

  it.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['a number', '5'],
    ['null', 'null'],
    ['an open object', '{"a":1'],
    ['an open array', '[{"a":1}'],
    ['an open string', '["a'],
    ['brackets that do not match', '[{]}'],
    ['text after the end', '[{}] x'],
    ['a trailing comma', `[${good},]`],
    ['two documents', `${good}${good}`],
    ['100,000 open brackets', '['.repeat(100_000)],
    ['100,000 open braces', '{"a":'.repeat(100_000)],
    ['a deep object', `{"a":${deep(100_000)}}`],
    ['NUL', '\u0000'],
  ])('refuses a JSON body that is %s', (_, body) => {
    expect(refusal(body, JSON_TYPE)).toBe(400);
  });

  it('refuses invalid UTF-8: a JSON body whole, of NDJSON the line', () => {
    const damaged = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(refusal(damaged, JSON_TYPE)).toBe(400);
    const lines = Buffer.concat([Buffer.from(`${good}\n`), damaged, Buffer.from(`\n{"é":1}`)]);
    expect(records(lines, NDJSON)).toMatchObject({
      reasons: [undefined, 'malformed', undefined],
      values: [EVENT, undefined, { é: 1 }],
    });
  });

  it('quarantines a bad line and goes on', () => {
    const bad = ['{', 'null x', deep(30_000), `{"a":${deep(17)}}`, '}{', `{${'"k":0,'.repeat(300)}"k":0}`];
    const body = bad.flatMap((line) => [good, line]).join('\n');
    expect(records(body, NDJSON).reasons.filter((_, i) => i % 2 === 0)).toEqual(bad.map(() => undefined));
    expect(records(body, NDJSON).reasons.filter((_, i) => i % 2 === 1)).toEqual(bad.map(() => 'malformed'));
    const large = `{"a":"${'x'.repeat(RECORD_BYTES_MAX)}"}`;
    expect(records(`${large}\n${deep(100_000)}\n${good}`, NDJSON).reasons).toEqual([
      'too-large',
      'too-large',
      undefined,
    ]);
    expect(records(large, JSON_TYPE).reasons).toEqual(['too-large']);
  });

  it('quarantines an element that is too deep, too large or has too many keys, and takes the others', () => {
    const bad = [deep(30_000), `{"a":"${'x'.repeat(RECORD_BYTES_MAX)}"}`, `{${'"k":0,'.repeat(300)}"k":0}`];
    const body = `[${[good, ...bad, good].join(',')}]`;
    expect(records(body, JSON_TYPE)).toMatchObject({
      reasons: [undefined, 'malformed', 'too-large', 'malformed', undefined],
      values: [EVENT, undefined, undefined, undefined, EVENT],
    });
    expect(refusal(`[${deep(100)},{]`, JSON_TYPE)).toBe(400);
    expect(refusal(`[${deep(100)},]`, JSON_TYPE)).toBe(400);
  });

  it('refuses more events than a request takes', () => {
    const many = (count: number) => Array.from({ length: count }, () => '{}');
    expect(records(`[${many(EVENTS_MAX).join(',')}]`, JSON_TYPE).values).toHaveLength(EVENTS_MAX);
    expect(refusal(`[${many(EVENTS_MAX + 1).join(',')}]`, JSON_TYPE)).toBe(413);
    expect(records(many(EVENTS_MAX).join('\n'), NDJSON).values).toHaveLength(EVENTS_MAX);
    expect(refusal(many(EVENTS_MAX + 1).join('\n'), NDJSON)).toBe(413);
    expect(refusal(Buffer.alloc(8 * 1024 * 1024 + 1, 0x20), NDJSON)).toBe(413);
  });
});

describe('the scan', () => {
  const splits = (scan: typeof scanArray) => (values: readonly unknown[]) => {
    const bytes = Buffer.from(JSON.stringify(values, undefined, 1));
    const found = scan(bytes, 0, bytes.length);
    if (found === undefined || found === 'too-many') return false;
    const elements = values.map((_, i) => bytes.toString('utf8', found.spans[2 * i], found.spans[2 * i + 1]));
    return (
      found.count === values.length && elements.every((text, i) => text.trim() === reindented(values[i]))
    );
  };
  const reindented = (value: unknown) => JSON.stringify(value, undefined, 1).replaceAll('\n', '\n ');
  const arrays = fc.array(fc.jsonValue({ stringUnit: 'grapheme' }), { maxLength: 8 });

  it('finds the elements of any array', () => {
    fc.assert(fc.property(arrays, splits(scanArray)));
  });

  it('would be caught splitting inside strings', () => {
    const naive: typeof scanArray = (bytes, start, end) =>
      scanArray(Buffer.from(bytes.toString().replaceAll('"', ' ')), start, end);
    expect(fc.check(fc.property(fc.constant(['a,b']), splits(naive))).failed).toBe(true);
  });

  it('never calls a harmless record dangerous, nor a dangerous one harmless', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 20, depthSize: 'max' }),
        fc.integer({ min: 0, max: 20 }),
        (value, wrapped) => {
          let nested: unknown = value;
          for (let i = 0; i < wrapped; i++) nested = { '[': nested };
          const bytes = Buffer.from(JSON.stringify(nested));
          const fault = recordFault(bytes, 0, bytes.length, mayHoldArrays(bytes));
          return depthOf(nested) > 16
            ? fault !== undefined
            : fault === undefined || !fault.detail.includes('deeper');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the short way past the scan', () => {
  it.each([
    ['arrays, however short', `${'['.repeat(17)}${']'.repeat(17)}`],
    ['objects in a long record', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`],
    [
      'more keys than a short record can hold',
      `{${Array.from({ length: 257 }, (_, i) => `"${i}":0`).join(',')}}`,
    ],
  ])('is not taken by %s', (_, json) => {
    const bytes = Buffer.from(json);
    expect(recordFault(bytes, 0, bytes.length, mayHoldArrays(bytes))).toBeDefined();
  });

  it('leaves a short record of deep objects to the schema, which refuses it', () => {
    const line = `${'{"labels":'.repeat(30)}{}${'}'.repeat(30)}`;
    expect(recordFault(Buffer.from(line), 0, line.length, false)).toBeUndefined();
    expect(invalidAdEvent(JSON.parse(line))).toBeDefined();
  });
});
