#!/usr/bin/env node
// Checks what Flightdeck hands to an auditor: exports, inclusion proofs and consistency proofs. One file, nothing but Node, and no
// code in common with the server. What it checks, and why that is enough, is in docs/audit.md.
//
//   node verify.mjs <export: directory or .tar> [--key <key or file>] [--anchor <file>]... [--partial] [--json]
//   node verify.mjs inclusion <proof.json>      [--key …] [--json]
//   node verify.mjs consistency <proof.json>    [--key …] [--json]
//
// A key or an anchor may be a file that holds what GET /v1/audit/checkpoint answered.
// It ends with 0 when everything holds, 1 when something does not, 64 when it was asked wrongly.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PROBLEMS_MAX = 100;
const FORMAT = 'flightdeck-export@1';
const EVENTS_FILE = /^events-[0-9]{6}\.ndjson$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const NOTE =
  /([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n/gu;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is wrong with what was handed over. `code` is for programs. */
class Wrong extends Error {
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

/**
 * Checks an export. `files` maps a name to its bytes, or to a function that reads them.
 * `options.key`: the key that the auditor trusts. `options.anchors`: notes that were kept outside. `options.partial`: the export may
 * end before the newest of them.
 */
export function verifyBundle(files, options = {}) {
  const problems = [];
  const facts = { events: 0, checkpoints: 0, anchors: 0 };
  const note = (work) => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      problems.push({ code: error.code, detail: error.message });
      return undefined;
    }
  };
  note(() => check(files, options, facts, (error) => note(() => raise(error))));
  return { ok: problems.length === 0, problems: problems.slice(0, PROBLEMS_MAX), ...facts };
}

function check(files, options, facts, report) {
  const manifest = readManifest(files);
  const { from, to, size, origin } = manifest;
  Object.assign(facts, { origin, from, to, size });
  checkFiles(files, manifest, report);
  const key = readKey(textOf(files, 'key.txt'), origin, options.key);
  facts.key = key.text;
  const checkpoints = readCheckpoints(textOf(files, 'checkpoints.txt'), manifest, key, report);
  const anchors = readAnchors(options.anchors ?? [], manifest, key, options.partial === true, report);
  const proofs = readProofs(textOf(files, 'proofs.json'), manifest);
  const roots = rootsToMeet(checkpoints, anchors);
  const tree = new Tree();
  tree.addAll(0, from, proofs.before);
  let sound = from;
  const meet = () => {
    for (const { root, where } of roots.get(tree.size) ?? []) {
      if (tree.root().equals(root)) continue;
      const range = `events ${sound} to ${tree.size - 1}`;
      report(
        new Wrong(
          `fork-${where}`,
          `${sentence(where)} of ${tree.size} events has another root: among ${range} one was changed, taken out, put in or moved.`,
        ),
      );
    }
    if (roots.has(tree.size)) sound = tree.size;
  };
  meet();
  const heads = new Map();
  let before = { recordedAtMs: 0 };
  for (const event of eventsOf(files, manifest)) {
    if (event.index !== tree.size)
      throw new Wrong(
        'event-missing',
        `The event at ${tree.size} is not there; the next one says that it is at ${event.index}.`,
      );
    checkOrder(event, before, heads, report);
    before = event;
    tree.add(0, leafHash(event));
    facts.events++;
    meet();
  }
  if (tree.size !== to)
    throw new Wrong(
      'truncated',
      `The export ends after the event at ${tree.size - 1}; it says that it goes to ${to - 1}.`,
    );
  if (size > to) {
    tree.addAll(to, size, proofs.after);
    meet();
  } else if (proofs.after.length > 0)
    throw new Wrong('proofs', 'There is nothing to prove after the events.');
  facts.checkpoints = checkpoints.length;
  facts.anchors = anchors.filter((anchor) => anchor.covered).length;
}

// What the bundle consists of ------------------------------------------------------------------------------------------------------

function readManifest(files) {
  const text = textOf(files, 'manifest.json');
  const manifest = parse(text, 'manifest.json');
  const { format, origin, from, to, size, files: listed } = manifest;
  const isOne =
    format === FORMAT &&
    typeof origin === 'string' &&
    [from, to, size].every((number) => Number.isSafeInteger(number) && number >= 0) &&
    from < to &&
    to <= size &&
    Array.isArray(listed);
  if (!isOne) throw new Wrong('manifest', 'manifest.json is none of this format.');
  const again = {
    format,
    origin,
    from,
    to,
    size,
    files: listed.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
  };
  if (`${JSON.stringify(again, null, 2)}\n` !== text)
    throw new Wrong('manifest', 'manifest.json is not written as this format is.');
  return again;
}

function checkFiles(files, manifest, report) {
  const listed = new Set(['manifest.json']);
  for (const { name, bytes, sha256 } of manifest.files) {
    if (listed.has(name)) report(new Wrong('manifest', `manifest.json lists ${name} twice.`));
    listed.add(name);
    const content = bytesOf(files, name);
    if (content.length !== bytes)
      report(new Wrong('file-changed', `${name} has ${content.length} bytes instead of ${bytes}.`));
    else if (createHash('sha256').update(content).digest('hex') !== sha256)
      report(new Wrong('file-changed', `${name} is not the file that the manifest lists.`));
  }
  for (const name of files.keys())
    if (!listed.has(name)) report(new Wrong('file-added', `${name} is not listed.`));
  const order = manifest.files.map(({ name }) => name);
  const events = order.slice(0, -3);
  const expected = events.map((_, n) => `events-${String(n + 1).padStart(6, '0')}.ndjson`);
  const rest = ['proofs.json', 'checkpoints.txt', 'key.txt'];
  if (JSON.stringify(order) !== JSON.stringify([...expected, ...rest]))
    throw new Wrong('manifest', 'manifest.json does not list the files of an export.');
}

function readProofs(text, { from, to, size }) {
  const { before, after } = parse(text, 'proofs.json');
  const isOne = [before, after].every(
    (list) => Array.isArray(list) && list.every((hash) => typeof hash === 'string'),
  );
  if (!isOne || `${JSON.stringify({ before, after }, null, 2)}\n` !== text)
    throw new Wrong('proofs', 'proofs.json is not written as this format is.');
  const [left, right] = [subtrees(0, from).length, subtrees(to, size).length];
  if (before.length !== left || after.length !== right)
    throw new Wrong('proofs', `proofs.json must have ${left} hashes before the events and ${right} after.`);
  return {
    before: before.map((hash) => bytes32(hash, 'proofs.json')),
    after: after.map((hash) => bytes32(hash, 'proofs.json')),
  };
}

function readCheckpoints(text, { origin, from, to, size }, key, report) {
  const checkpoints = readNotes(text, 'checkpoints.txt');
  let last = Math.max(0, from - 1);
  for (const checkpoint of checkpoints) {
    const isNext = checkpoint.size > last && (checkpoint.size <= to || checkpoint.size === size);
    if (!isNext)
      report(new Wrong('checkpoints', `The checkpoint of ${checkpoint.size} events does not belong here.`));
    last = checkpoint.size;
    checkNote(checkpoint, origin, key, 'The checkpoint', report);
  }
  if (checkpoints.at(-1)?.size !== size)
    throw new Wrong('checkpoints', `The checkpoint of ${size} events is not there.`);
  return checkpoints;
}

/** Those that the export can be held against; the newest must be among them unless the export is said to be a part. */
function readAnchors(texts, { origin, from, to, size }, key, partial, report) {
  const anchors = texts.flatMap((text) => readNotes(text, 'The anchor'));
  for (const anchor of anchors) {
    checkNote(anchor, origin, key, 'The anchored checkpoint', report);
    anchor.covered = (anchor.size >= from && anchor.size <= to) || anchor.size === size;
    if (anchor.size > size && !partial)
      report(
        new Wrong(
          'truncated',
          `${anchor.size} events were signed for and anchored outside; this export knows of ${size}.`,
        ),
      );
  }
  if (texts.length > 0 && !anchors.some(({ covered }) => covered) && !partial)
    report(new Wrong('no-anchor', 'None of the anchored checkpoints lies in this export.'));
  return anchors;
}

function checkNote({ origin: named, size, text, signer, signature }, origin, key, what, report) {
  if (named !== origin)
    report(new Wrong('origin', `${what} of ${size} events is of ${named}, not of ${origin}.`));
  else if (signer !== key.name || !isSigned(text, signature, key))
    report(new Wrong('signature', `${what} of ${size} events is not signed with the key ${key.text}.`));
}

function rootsToMeet(checkpoints, anchors) {
  const roots = new Map();
  const add = ({ size, root }, where) => roots.set(size, [...(roots.get(size) ?? []), { root, where }]);
  for (const anchor of anchors) if (anchor.covered) add(anchor, 'anchor');
  for (const checkpoint of checkpoints) add(checkpoint, 'checkpoint');
  return roots;
}

const sentence = (where) =>
  where === 'anchor' ? 'The checkpoint that was anchored outside' : 'The signed checkpoint';

// Events ---------------------------------------------------------------------------------------------------------------------------

function* eventsOf(files, manifest) {
  for (const { name } of manifest.files.filter((file) => EVENTS_FILE.test(file.name))) {
    const text = textOf(files, name);
    if (!text.endsWith('\n')) throw new Wrong('truncated', `${name} ends within a line.`);
    let number = 0;
    for (const line of text.slice(0, -1).split('\n')) yield readEvent(line, `Line ${++number} of ${name}`);
  }
}

/** An event has one line and a line one event: whatever could be written in two ways is refused in the other. */
function readEvent(line, where) {
  const event = parse(line, where);
  const { index, stream, revision, recordedAtMs, id, type, binary } = event;
  const data = readBytes(event, 'data', where);
  const metadata = readBytes(event, 'metadata', where);
  const again = {
    ...{ index, stream, revision, recordedAtMs, id, type },
    ...(binary === true ? { binary } : {}),
    ...('data' in event ? { data: event.data } : { dataBase64: event.dataBase64 }),
    ...('metadata' in event ? { metadata: event.metadata } : { metadataBase64: event.metadataBase64 }),
  };
  const isOne =
    JSON.stringify(again) === line &&
    [index, revision, recordedAtMs].every((number) => Number.isSafeInteger(number) && number >= 0) &&
    isText(stream) &&
    isText(type) &&
    typeof id === 'string' &&
    UUID.test(id);
  if (!isOne) throw new Wrong('event-line', `${where} is not written as an event is.`);
  return { index, stream, revision, recordedAtMs, id, type, binary: binary === true, data, metadata };
}

function readBytes(event, name, where) {
  const text = event[name];
  if (isText(text)) return Buffer.from(text);
  const encoded = event[`${name}Base64`];
  if (name in event || typeof encoded !== 'string' || !BASE64.test(encoded))
    throw new Wrong('event-line', `${where} has no ${name}.`);
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded || Buffer.from(bytes.toString()).equals(bytes))
    throw new Wrong('event-line', `${where} should have its ${name} as text.`);
  return bytes;
}

/** Text that comes back from its bytes as it was: no half of a surrogate pair. */
function isText(value) {
  return typeof value === 'string' && Buffer.from(value).toString() === value;
}

function checkOrder(event, before, heads, report) {
  const { stream, revision, index, recordedAtMs } = event;
  const head = heads.get(stream);
  if (head !== undefined && revision !== head + 1)
    report(new Wrong('stream-gap', `At ${index}, ${stream} goes from revision ${head} to ${revision}.`));
  heads.set(stream, revision);
  if (recordedAtMs < before.recordedAtMs)
    report(new Wrong('time', `The event at ${index} was recorded before the one before it.`));
}

/** Format 1 of a leaf: see docs/audit.md. */
function leafHash({ index, revision, recordedAtMs, id, binary, stream, type, data, metadata }) {
  const fixed = Buffer.alloc(42);
  fixed[0] = 1;
  fixed.writeBigUInt64BE(BigInt(index), 1);
  fixed.writeBigUInt64BE(BigInt(revision), 9);
  fixed.writeBigUInt64BE(BigInt(recordedAtMs), 17);
  fixed.write(id.replaceAll('-', ''), 25, 'hex');
  fixed[41] = binary ? 1 : 0;
  const hash = createHash('sha256').update(Buffer.of(0)).update(fixed);
  for (const [bytes, width] of [
    [Buffer.from(stream), 2],
    [Buffer.from(type), 2],
    [data, 4],
    [metadata, 4],
  ]) {
    const length = Buffer.alloc(width);
    length.writeUIntBE(bytes.length, 0, width);
    hash.update(length).update(bytes);
  }
  return hash.digest();
}

// RFC 6962 -------------------------------------------------------------------------------------------------------------------------

const nodeHash = (left, right) =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();

/** A tree that knows the roots of its perfect subtrees, the largest first. */
class Tree {
  size = 0;
  nodes = [];

  /** Adds a perfect subtree of 2^level leaves after those there are. */
  add(level, hash) {
    this.size += 2 ** level;
    let [width, node] = [level, hash];
    while (this.nodes.at(-1)?.level === width) {
      node = nodeHash(this.nodes.pop().hash, node);
      width++;
    }
    this.nodes.push({ level: width, hash: node });
  }

  addAll(start, end, hashes) {
    subtrees(start, end).forEach((level, n) => this.add(level, hashes[n]));
  }

  root() {
    if (this.nodes.length === 0) return createHash('sha256').digest();
    return this.nodes.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right));
  }
}

/** Levels of the perfect subtrees that the leaves [start, end) consist of, left to right. */
function subtrees(start, end) {
  const levels = [];
  for (let at = start; at < end;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level++;
    levels.push(level);
    at += 2 ** level;
  }
  return levels;
}

/** Root over a leaf and its audit path, as RFC 6962 §2.1.1 nests them; undefined when the path has another length. */
function rootOfPath(leaf, index, size, path) {
  const walk = (node, from, to, depth) => {
    if (to - from === 1) return depth === path.length ? node : undefined;
    const split = from + splitOf(to - from);
    // The path begins at the leaf, so what is outermost is last.
    const sibling = path[path.length - 1 - depth];
    if (sibling === undefined) return undefined;
    const inner = index < split ? walk(node, from, split, depth + 1) : walk(node, split, to, depth + 1);
    if (inner === undefined) return undefined;
    return index < split ? nodeHash(inner, sibling) : nodeHash(sibling, inner);
  };
  return walk(leaf, 0, size, 0);
}

/** The roots of the tree of `older` leaves and of `newer` that a consistency proof leads to (RFC 6962 §2.1.2); undefined: it is none. */
function rootsOfConsistency(older, newer, olderRoot, path) {
  const rest = [...path];
  const walk = (m, n, whole) => {
    if (m === n) {
      const node = whole ? olderRoot : rest.shift();
      return node === undefined ? undefined : [node, node];
    }
    const split = splitOf(n);
    const inner = m <= split ? walk(m, split, whole) : walk(m - split, n - split, false);
    const sibling = rest.shift();
    if (inner === undefined || sibling === undefined) return undefined;
    const [left, right] = inner;
    return m <= split
      ? [left, nodeHash(right, sibling)]
      : [nodeHash(sibling, left), nodeHash(sibling, right)];
  };
  const roots = walk(older, newer, true);
  return rest.length === 0 ? roots : undefined;
}

function splitOf(size) {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

// C2SP signed notes and checkpoints ------------------------------------------------------------------------------------------------

/** Notes, an empty line between two. */
function readNotes(text, where) {
  const notes = [...text.matchAll(NOTE)];
  if (notes.length === 0 || notes.map(([note]) => note).join('\n') !== text)
    throw new Wrong('notes', `${where} does not hold signed checkpoints.`);
  return notes.map(([, origin, size, root, signer, signature]) => ({
    ...{ origin, size: Number(size), root: bytes32(root, where), signer, signature },
    text: `${origin}\n${size}\n${root}\n`,
  }));
}

function readKey(text, origin, trusted) {
  if (trusted !== undefined && `${trusted.trim()}\n` !== text)
    throw new Wrong('key', `It is signed with the key ${text.trim()}, not with the one that you trust.`);
  const [, name = '', id = '', encoded = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})\n$/u.exec(text) ?? [];
  const typed = Buffer.from(encoded, 'base64');
  const computed = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
  if (
    typed.length !== 33 ||
    typed[0] !== 1 ||
    typed.toString('base64') !== encoded ||
    computed.toString('hex') !== id
  )
    throw new Wrong('key', 'key.txt does not hold an Ed25519 key of signed notes.');
  if (name !== origin) throw new Wrong('key', `The key is that of ${name}, not of ${origin}.`);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]);
  return {
    name,
    id: computed,
    text: text.trim(),
    object: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  };
}

function isSigned(text, signature, key) {
  const bytes = Buffer.from(signature, 'base64');
  return (
    bytes.length === 68 &&
    bytes.toString('base64') === signature &&
    bytes.subarray(0, 4).equals(key.id) &&
    verifySignature(null, Buffer.from(text), key.object, bytes.subarray(4))
  );
}

// Single proofs --------------------------------------------------------------------------------------------------------------------

/** Checks what `GET /v1/audit/proofs/inclusion` or `…/consistency` answered. */
export function verifyProof(proof, { key: trusted } = {}) {
  try {
    const what =
      proof?.format === 'flightdeck-inclusion@1' ? inclusion(proof, trusted) : consistency(proof, trusted);
    return { ok: true, problems: [], ...what };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { ok: false, problems: [{ code: error.code, detail: error.message }] };
  }
}

function inclusion({ event: line, position, leafHash: claimed, path, checkpoint: note, key: text }, trusted) {
  const event = readEvent(line, 'The event');
  const [checkpoint] = signedBy(note, text, trusted);
  const leaf = leafHash(event);
  if (event.index !== position || !leaf.equals(bytes32(claimed, 'The leaf hash')))
    throw new Wrong('leaf', 'The event is not the one that the proof is about.');
  const root = rootOfPath(
    leaf,
    position,
    checkpoint.size,
    path.map((hash) => bytes32(hash, 'The path')),
  );
  if (root === undefined || !root.equals(checkpoint.root))
    throw new Wrong(
      'path',
      `The path does not lead from the event at ${position} to the root of ${checkpoint.size} events.`,
    );
  return {
    position,
    stream: event.stream,
    revision: event.revision,
    type: event.type,
    size: checkpoint.size,
  };
}

function consistency({ format, from, to, path, key: text }, trusted) {
  if (format !== 'flightdeck-consistency@1') throw new Wrong('format', 'This is no proof.');
  const [older] = signedBy(from.note, text, trusted);
  const [newer] = signedBy(to.note, text, trusted);
  const roots =
    older.size > 0 && older.size <= newer.size
      ? rootsOfConsistency(
          older.size,
          newer.size,
          older.root,
          path.map((hash) => bytes32(hash, 'The path')),
        )
      : undefined;
  if (roots === undefined || !roots[0].equals(older.root) || !roots[1].equals(newer.root))
    throw new Wrong(
      'path',
      `The ledger of ${newer.size} events does not begin with the ledger of ${older.size}.`,
    );
  return { from: older.size, to: newer.size };
}

function signedBy(note, keyText, trusted) {
  const notes = readNotes(note, 'The checkpoint');
  const key = readKey(`${keyText}\n`, notes[0].origin, trusted);
  for (const one of notes) checkNote(one, notes[0].origin, key, 'The checkpoint', raise);
  return notes;
}

// Bytes ----------------------------------------------------------------------------------------------------------------------------

function bytesOf(files, name) {
  const content = files.get(name);
  if (content === undefined) throw new Wrong('file-missing', `${name} is not there.`);
  return typeof content === 'function' ? content() : content;
}

function textOf(files, name) {
  try {
    return utf8.decode(bytesOf(files, name));
  } catch (error) {
    if (error instanceof Wrong) throw error;
    throw new Wrong('file-changed', `${name} is not UTF-8.`);
  }
}

function parse(text, where) {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // said below
  }
  throw new Wrong('not-json', `${where} is not a JSON object.`);
}

function bytes32(text, where) {
  const bytes = Buffer.from(String(text), 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== text)
    throw new Wrong('hash', `${where} holds something that is no hash.`);
  return bytes;
}

function raise(error) {
  throw error;
}

/** The files of a directory, each read when it is asked for, or of a tar archive. */
export function openBundle(path) {
  if (statSync(path).isDirectory())
    return new Map(readdirSync(path).map((name) => [name, () => readFileSync(join(path, name))]));
  return untar(readFileSync(path));
}

/** Takes an archive of the server's own apart; one that holds anything else is refused. */
export function untar(archive) {
  const files = new Map();
  let at = 0;
  const block = () => archive.subarray(at, at + 512);
  while (at + 512 <= archive.length && block().some((byte) => byte !== 0)) {
    const head = Buffer.from(block());
    const name = head.toString('latin1', 0, 100).replace(/\0.*$/su, '');
    const size = parseInt(head.toString('latin1', 124, 135), 8);
    if (!head.equals(tarHeader(name, size)) || files.has(name))
      throw new Wrong('archive', `The archive is damaged at byte ${at}.`);
    const end = at + 512 + size;
    files.set(name, archive.subarray(at + 512, end));
    at = Math.ceil(end / 512) * 512;
    if (at > archive.length || archive.subarray(end, at).some((byte) => byte !== 0))
      throw new Wrong('archive', `The archive is damaged at byte ${end}.`);
  }
  if (archive.length !== at + 1024 || archive.subarray(at).some((byte) => byte !== 0))
    throw new Wrong('archive', 'The archive does not end as it should.');
  return files;
}

function tarHeader(name, size) {
  const head = Buffer.alloc(512);
  const octal = (value) => (Number.isSafeInteger(value) ? value : 0).toString(8).padStart(11, '0');
  for (const [at, text] of [
    [0, name],
    [100, '0000600'],
    [108, '0000000'],
    [116, '0000000'],
    [124, octal(size)],
    [136, octal(0)],
    [148, '        '],
    [156, '0'],
    [257, 'ustar\u000000'],
  ])
    head.write(text, at, 'latin1');
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return head;
}

// Command line ---------------------------------------------------------------------------------------------------------------------

const USAGE =
  'verify.mjs <export> | inclusion <proof.json> | consistency <proof.json>  [--key <key or file>] [--anchor <file>]... [--partial] [--json]';

function main(parameters) {
  const { words, key, anchors, partial, json } = readParameters(parameters);
  const isProof = words.length === 2 && ['inclusion', 'consistency'].includes(words[0]);
  if (!isProof && words.length !== 1) throw new RangeError(USAGE);
  const verdict = isProof
    ? verifyProof(JSON.parse(readFileSync(words[1], 'utf8')), { key })
    : ofBundle(words[0], { key, anchors, partial });
  process.stdout.write(
    json ? `${JSON.stringify(verdict)}\n` : `${sentences(verdict, { isProof, key }).join('\n')}\n`,
  );
  return verdict.ok ? 0 : 1;
}

function ofBundle(path, options) {
  try {
    return verifyBundle(openBundle(path), options);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { ok: false, problems: [{ code: error.code, detail: error.message }] };
  }
}

function readParameters(parameters) {
  const read = { words: [], key: undefined, anchors: [], partial: false, json: false };
  const rest = [...parameters];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--key') read.key = keyOf(rest.shift());
    else if (word === '--anchor')
      read.anchors.push(memberOf(readFileSync(rest.shift() ?? '', 'utf8'), 'note'));
    else if (word === '--partial') read.partial = true;
    else if (word === '--json') read.json = true;
    else if (word.startsWith('-')) throw new RangeError(USAGE);
    else read.words.push(word);
  }
  return read;
}

function keyOf(text = '') {
  return /\+[0-9a-f]{8}\+/.test(text) ? text : memberOf(readFileSync(text, 'utf8'), 'key');
}

/** A file may also hold the whole answer of `GET /v1/audit/checkpoint`. */
function memberOf(text, name) {
  return text.startsWith('{') ? JSON.parse(text)[name] : text;
}

function sentences(verdict, { isProof, key }) {
  if (!verdict.ok)
    return ['NOT AS IT WAS SIGNED', ...verdict.problems.map(({ code, detail }) => `  ${code}: ${detail}`)];
  if (isProof)
    return [
      verdict.position === undefined
        ? `OK: the ledger of ${verdict.to} events begins with the ledger of ${verdict.from}.`
        : `OK: ${verdict.type} is revision ${verdict.revision} of ${verdict.stream}, at ${verdict.position} among ${verdict.size} signed events.`,
    ];
  const { events, from, to, size, checkpoints, anchors, origin } = verdict;
  return [
    `OK: ${events} events (${from} to ${to - 1}) of ${origin} are those that were signed; ${size} were signed for in all.`,
    `  ${checkpoints} signed checkpoints, ${anchors} anchored outside.`,
    ...(key === undefined
      ? ['  The key was taken from the export itself: compare it with one that you got elsewhere (--key).']
      : []),
    ...(anchors === 0
      ? [
          '  Nothing from outside was compared (--anchor): whoever holds the key could have written all of it anew.',
        ]
      : []),
  ];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 64;
  }
}
