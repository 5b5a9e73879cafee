import { createHash } from 'node:crypto';

export type Bundle = Map<string, Buffer>;
/** A number from 0 up to, not including, `below`. */
export type Pick = (below: number) => number;

/** One mutation of an export; the same bundle back means: draw again. */
export type Mutation = (bundle: Bundle, pick: Pick) => Bundle;

type EventLine = Record<string, unknown> & { index: number; revision: number; stream: string };

/** Of any byte, of any file; whoever does it knows nothing of the format. */
const blind: Record<string, Mutation> = {
  flip: ofBytes((bytes, pick) => {
    const at = pick(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
    return bytes;
  }),
  delete: ofBytes((bytes, pick) => {
    const at = pick(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + pick(40))]);
  }),
  insert: ofBytes((bytes, pick) => {
    const at = pick(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([pick(256)]), bytes.subarray(at)]);
  }),
  repeat: ofBytes((bytes, pick) => {
    const at = pick(bytes.length);
    const end = Math.min(bytes.length, at + 1 + pick(200));
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end)]);
  }),
  truncate: ofBytes((bytes, pick) => bytes.subarray(0, pick(bytes.length))),
  remove: (bundle, pick) => without(bundle, nameOf(bundle, pick)),
  swapFiles: (bundle, pick) => {
    const [one, other] = [nameOf(bundle, pick), nameOf(bundle, pick)];
    const [left, right] = [bundle.get(one) ?? Buffer.alloc(0), bundle.get(other) ?? Buffer.alloc(0)];
    return new Map(bundle).set(one, right).set(other, left);
  },
};

/** Of events and proofs by somebody who knows the format and writes the manifest anew, so that only the tree and the signatures tell. */
const knowing: Record<string, Mutation> = {
  changeEvent: ofEvents((events, pick) => {
    const event = events[pick(events.length)];
    const fields = Object.keys(event ?? {});
    const field = fields[pick(fields.length)] ?? '';
    const value = event?.[field];
    if (event !== undefined) event[field] = changed(value, pick);
    return events;
  }),
  takeOut: ofEvents((events, pick) => {
    const at = pick(events.length);
    return renumbered(events.filter((_, i) => i !== at));
  }),
  putIn: ofEvents((events, pick) => {
    const at = pick(events.length);
    const copy = { ...(events[at] ?? { index: 0, revision: 0, stream: 'x' }) };
    return renumbered([...events.slice(0, at), copy, ...events.slice(at)]);
  }),
  swapEvents: ofEvents((events, pick) => {
    const [one, other] = [pick(events.length), pick(events.length)];
    const swapped = [...events];
    [swapped[one], swapped[other]] = [events[other] as EventLine, events[one] as EventLine];
    return renumbered(swapped);
  }),
  cutEvents: ofEvents((events, pick) => events.slice(0, 1 + pick(events.length - 1))),
  changeText: (bundle, pick) => {
    const names = ['proofs.json', 'checkpoints.txt', 'key.txt'];
    const name = names[pick(names.length)] ?? '';
    const text = bundle.get(name)?.toString() ?? '';
    const at = pick(text.length);
    const letter = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'[pick(64)] ?? '';
    return relisted(new Map(bundle).set(name, Buffer.from(text.slice(0, at) + letter + text.slice(at + 1))));
  },
  claimOtherRange: (bundle, pick) => {
    const manifest = JSON.parse(bundle.get('manifest.json')?.toString() ?? '{}') as Record<string, number>;
    const field = ['from', 'to', 'size'][pick(3)] ?? '';
    return relisted(bundle, { ...manifest, [field]: Math.max(0, (manifest[field] ?? 0) + 1 - 2 * pick(2)) });
  },
};

export const MUTATIONS: Readonly<Record<string, Mutation>> = { ...blind, ...knowing };

function ofBytes(mutate: (bytes: Buffer, pick: Pick) => Buffer): Mutation {
  return (bundle, pick) => {
    const name = nameOf(bundle, pick);
    return new Map(bundle).set(name, mutate(Buffer.from(bundle.get(name) ?? []), pick));
  };
}

function ofEvents(mutate: (events: EventLine[], pick: Pick) => EventLine[]): Mutation {
  return (bundle, pick) => {
    const names = [...bundle.keys()].filter((name) => name.startsWith('events-'));
    const name = names[pick(names.length)] ?? '';
    const lines = (bundle.get(name)?.toString() ?? '').trimEnd().split('\n');
    const events = mutate(
      lines.map((line) => JSON.parse(line) as EventLine),
      pick,
    );
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    return relisted(new Map(bundle).set(name, Buffer.from(text)));
  };
}

/** Numbers places and revisions as if nothing were amiss. */
function renumbered(events: EventLine[]): EventLine[] {
  const first = Math.min(...events.map(({ index }) => index));
  const heads = new Map<string, number>();
  return events.map((event, i) => {
    const revision = (heads.get(event.stream) ?? -1) + 1;
    heads.set(event.stream, revision);
    return { ...event, index: first + i, revision };
  });
}

/** Lists the files anew, as whoever made the export would have. */
function relisted(bundle: Bundle, manifest?: Record<string, unknown>): Bundle {
  const before = manifest ?? (JSON.parse(bundle.get('manifest.json')?.toString() ?? '{}') as object);
  const files = [...bundle]
    .filter(([name]) => name !== 'manifest.json')
    .map(([name, bytes]) => {
      return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    });
  const text = `${JSON.stringify({ ...before, files }, null, 2)}\n`;
  return new Map(bundle).set('manifest.json', Buffer.from(text));
}

function changed(value: unknown, pick: Pick): unknown {
  if (typeof value === 'number') return value + 1 + pick(9);
  if (typeof value === 'boolean') return !value;
  const text = String(value);
  const at = pick(text.length);
  return text.slice(0, at) + String.fromCharCode(33 + pick(90)) + text.slice(at + 1);
}

function nameOf(bundle: Bundle, pick: Pick): string {
  const names = [...bundle.keys()];
  return names[pick(names.length)] ?? '';
}

function without(bundle: Bundle, name: string): Bundle {
  const rest = new Map(bundle);
  rest.delete(name);
  return rest;
}
