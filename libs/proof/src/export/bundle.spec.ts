import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { untar, verifyBundle, verifyProof } from '../../../../tools/verify.mjs';
import { checkLedger } from '../check/check-ledger.js';
import { signedLedger, someEvents, type SignedLedger } from '../testing/signed-ledger.js';
import { eventLine } from './event-line.js';
import { tarOf } from './tar.js';

const EVENTS = someEvents(50);
const SIZES = [7, 20, 33, 50];
let signed: SignedLedger;
let files: Map<string, Buffer>;
beforeAll(async () => {
  signed = await signedLedger(EVENTS, SIZES);
  files = await signed.bundle();
});
afterAll(() => signed.close());

const codes = (bundle: ReadonlyMap<string, Uint8Array>, options: Parameters<typeof verifyBundle>[1] = {}) =>
  verifyBundle(bundle, options).problems.map(({ code }) => code);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('an export', () => {
  it('is accepted by a verifier that shares no code with us, whatever the range', async () => {
    expect(verifyBundle(files, { anchors: SIZES.map((size) => signed.note(size)) })).toMatchObject({
      ...{ ok: true, problems: [], events: 50, checkpoints: 4, anchors: 4 },
    });
    for (const [from, to] of [
      [0, 1],
      [1, 2],
      [6, 34],
      [20, 33],
      [33, 50],
      [49, 50],
    ] as const)
      expect(verifyBundle(await signed.bundle(from, to))).toMatchObject({ ok: true, events: to - from });
  });

  it('is the same archive every time', async () => {
    const archive = async (): Promise<Buffer> => {
      const chunks: Buffer[] = [];
      for await (const chunk of tarOf(listed(await signed.bundle()))) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    const tar = await archive();
    expect(tar.equals(await archive())).toBe(true);
    expect([...untar(tar)].map(([name, bytes]) => [name, base64(bytes)])).toEqual(
      [...files].map(([name, bytes]) => [name, base64(bytes)]),
    );
    for (let at = 0; at < tar.length; at += 97) {
      const flipped = Buffer.from(tar);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(isAccepted(flipped)).toBe(false);
    }
    expect(isAccepted(tar.subarray(0, -512))).toBe(false);
    expect(isAccepted(Buffer.concat([tar, Buffer.alloc(512)]))).toBe(false);
  });

  it('is refused when it is signed with another key than the one that is trusted', () => {
    const key = files.get('key.txt')?.toString() ?? '';
    expect(codes(files, { key })).toEqual([]);
    expect(codes(files, { key: key.replace('test+', 'other+') })).toEqual(['key']);
  });

  it.each([
    ['signed anew with the same key', Buffer.alloc(32, 1), 'fork-anchor'],
    ['signed anew with another key', Buffer.alloc(32, 2), 'signature'],
  ])(
    'of a history that was %s passes alone, and not against a checkpoint kept outside',
    async (_, seed, code) => {
      const forged = await signedLedger(
        EVENTS.map((event, i) => (i === 25 ? { ...event, data: Buffer.from('{"micros":1}') } : event)),
        SIZES,
        seed,
      );
      const bundle = await forged.bundle();
      expect(verifyBundle(bundle).ok).toBe(true);
      expect(codes(bundle, { anchors: [signed.note(20)] })).toEqual(code === 'signature' ? [code] : []);
      const { problems } = verifyBundle(bundle, { anchors: [signed.note(20), signed.note(33)] });
      expect(problems.map((problem) => problem.code)).toContain(code);
      if (code === 'fork-anchor') expect(problems[0]?.detail).toContain('among events 20 to 32');
      forged.close();
    },
  );

  it('of a history that was cut short passes alone, and not against a checkpoint kept outside', async () => {
    const cut = await signedLedger(EVENTS.slice(0, 33), SIZES.slice(0, 3));
    const bundle = await cut.bundle();
    expect(verifyBundle(bundle).ok).toBe(true);
    expect(codes(bundle, { anchors: [signed.note(50)] })).toEqual(['truncated', 'no-anchor']);
    expect(codes(bundle, { anchors: [signed.note(50)], partial: true })).toEqual([]);
    cut.close();
  });
});

describe('single proofs', () => {
  const checkpoint = () => signed.note(50);
  const inclusion = (index: number) => ({
    ...{ format: 'flightdeck-inclusion@1', position: index, checkpoint: checkpoint() },
    event: eventLine({ index, event: EVENTS[index] ?? EVENTS[0]! }), // eslint-disable-line @typescript-eslint/no-non-null-assertion
    leafHash: base64(signed.log.leafHash(index)),
    path: signed.log.inclusion(index, 50).map(base64),
    key: signed.log.verifierKey,
  });

  it('of inclusion are accepted by the verifier, and nothing that is nearly one', () => {
    for (let index = 0; index < 50; index++) {
      const proof = inclusion(index);
      expect(verifyProof(proof)).toMatchObject({ ok: true });
      const other = inclusion((index + 1) % 50);
      for (const wrong of [
        { ...proof, event: other.event },
        { ...proof, path: other.path },
        { ...proof, path: proof.path.slice(1) },
        { ...proof, path: [...proof.path, proof.leafHash] },
        { ...proof, position: other.position },
        { ...proof, event: proof.event.replace('"recordedAtMs":1', '"recordedAtMs":2') },
      ])
        expect(verifyProof(wrong).ok).toBe(false);
    }
  });

  it('of consistency are accepted by the verifier, and nothing that is nearly one', () => {
    for (const from of SIZES) {
      for (const to of SIZES.filter((size) => size >= from)) {
        const path = signed.log.consistency(from, to).map(base64);
        const proof = {
          ...{ format: 'flightdeck-consistency@1', path, key: signed.log.verifierKey },
          ...{ from: { note: signed.note(from) }, to: { note: signed.note(to) } },
        };
        expect(verifyProof(proof)).toMatchObject({ ok: true, from, to });
        if (from === to) continue;
        expect(verifyProof({ ...proof, from: proof.to, to: proof.from }).ok).toBe(false);
        expect(verifyProof({ ...proof, path: path.slice(1) }).ok).toBe(false);
        expect(verifyProof({ ...proof, path: [...path, path[0]] }).ok).toBe(false);
      }
    }
  });
});

describe('the ledger, hashed once more', () => {
  it('is sound', async () => {
    expect(await checkLedger(signed.ledger, signed.log, 0, 50)).toEqual([]);
    expect(await checkLedger(signed.ledger, signed.log, 20, 33)).toEqual([]);
  });

  it('shows each event that was edited where it is stored', async () => {
    const edited = EVENTS.map((event, i) =>
      i === 21 ? { ...event, data: Buffer.from('{"micros":0}') } : event,
    );
    const faults = await checkLedger(other(edited), signed.log, 20, 50);
    expect(faults).toEqual([
      {
        kind: 'event',
        index: 21,
        stream: 'ads-00',
        revision: 7,
        detail: expect.stringContaining('ads-00 7'),
      },
      ...[33, 50].map((index) => ({ kind: 'tree', index, detail: expect.any(String) })),
    ]);
  });

  it('shows where events were taken out, and where the ledger ends', async () => {
    const without = EVENTS.filter((_, i) => i !== 30);
    const faults = await checkLedger(other(without), signed.log, 0, 50);
    expect(faults[0]).toMatchObject({ kind: 'event', index: 30, stream: 'ads-01' });
    expect(faults.at(-1)).toMatchObject({ kind: 'end', index: 49 });
  });

  function other(events: typeof EVENTS) {
    return {
      follow: async function* (_: unknown, place: string) {
        const at = place === 'start' ? 0 : Number(place);
        yield { events: events.slice(at), checkpoint: String(events.length), caughtUp: true };
      },
    };
  }
});

async function* listed(bundle: ReadonlyMap<string, Buffer>) {
  for (const [name, bytes] of bundle) yield { name, bytes };
}

function isAccepted(archive: Buffer): boolean {
  try {
    return verifyBundle(untar(archive)).ok;
  } catch {
    return false; // no archive of ours
  }
}
