#!/usr/bin/env python3
"""Checks an export of Flightdeck a second time: written from docs/audit.md alone, in another language, with Python's own library.

    python3 verify.py <directory or .tar> [--anchor <file>]

Ends with 0 when everything holds, 1 when something does not. It stops at the first thing that does not.
"""
import base64
import hashlib
import json
import os
import re
import struct
import sys
import tarfile


class Wrong(Exception):
    """What is not as it was signed."""


def demand(holds, sentence):
    if not holds:
        raise Wrong(sentence)


# Ed25519 (RFC 8032 §5.1 and §6) -----------------------------------------------------------------------------------------------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * SQRT_MINUS_1 % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def decompress(data):
    y = int.from_bytes(data, 'little')
    sign = y >> 255
    y &= (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def is_signed(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], 'little')
    if key is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), 'little') % Q
    left, right = multiply(s, BASE), add(r, multiply(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# RFC 6962 ---------------------------------------------------------------------------------------------------------------------------


def sha256(*parts):
    return hashlib.sha256(b''.join(parts)).digest()


def node(left, right):
    return sha256(b'\x01', left, right)


def levels(start, end):
    """Levels of the perfect subtrees that the leaves [start, end) consist of."""
    found = []
    while start < end:
        level = 0
        while start % 2 ** (level + 1) == 0 and start + 2 ** (level + 1) <= end:
            level += 1
        found.append(level)
        start += 2**level
    return found


class Tree:
    def __init__(self):
        self.size = 0
        self.nodes = []

    def add(self, level, value):
        self.size += 2**level
        while self.nodes and self.nodes[-1][0] == level:
            value = node(self.nodes.pop()[1], value)
            level += 1
        self.nodes.append((level, value))

    def root(self):
        if not self.nodes:
            return sha256()
        value = self.nodes[-1][1]
        for _, left in reversed(self.nodes[:-1]):
            value = node(left, value)
        return value


def leaf(event):
    stream, kind = event['stream'].encode(), event['type'].encode()
    data, metadata = body(event, 'data'), body(event, 'metadata')
    entry = struct.pack('>BQQQ', 1, event['index'], event['revision'], event['recordedAtMs'])
    entry += bytes.fromhex(event['id'].replace('-', '')) + (b'\x01' if event.get('binary') else b'\x00')
    for text, width in ((stream, '>H'), (kind, '>H'), (data, '>I'), (metadata, '>I')):
        entry += struct.pack(width, len(text)) + text
    return sha256(b'\x00', entry)


def body(event, name):
    return event[name].encode() if name in event else base64.b64decode(event[name + 'Base64'], validate=True)


# The bundle -------------------------------------------------------------------------------------------------------------------------

NOTE = re.compile('([^\n]+)\n([0-9]+)\n([A-Za-z0-9+/]{43}=)\n\n\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})\n')


def read(path):
    if os.path.isdir(path):
        names = os.listdir(path)
        return {name: open(os.path.join(path, name), 'rb').read() for name in names}
    with tarfile.open(path) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive.getmembers()}


def notes(text, key, origin):
    found = NOTE.findall(text)
    demand(found and '\n'.join('%s\n%s\n%s\n\n\u2014 %s %s\n' % one for one in found) == text, 'There is something beside notes.')
    checked = []
    for named, size, root, signer, signed in found:
        message = ('%s\n%s\n%s\n' % (named, size, root)).encode()
        signature = base64.b64decode(signed, validate=True)
        typed = b'\x01' + key
        identity = hashlib.sha256(signer.encode() + b'\n' + typed).digest()[:4]
        demand(named == origin == signer and signature[:4] == identity, 'A checkpoint is of another log or key.')
        demand(is_signed(key, message, signature[4:]), 'The checkpoint of %s events is not signed with the key.' % size)
        checked.append((int(size), base64.b64decode(root, validate=True)))
    return checked


def note_in(path):
    """A file of notes, or what GET /v1/audit/checkpoint answered."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    return json.loads(text)['note'] if text.startswith('{') else text


def check(path, anchor_paths):
    files = read(path)
    manifest = json.loads(files['manifest.json'])
    start, end, size, origin = (manifest[name] for name in ('from', 'to', 'size', 'origin'))
    demand(manifest['format'] == 'flightdeck-export@1', 'The format is another.')
    demand({'manifest.json', *(one['name'] for one in manifest['files'])} == set(files), 'Files are missing or too many.')
    for one in manifest['files']:
        content = files[one['name']]
        same = len(content) == one['bytes'] and hashlib.sha256(content).hexdigest() == one['sha256']
        demand(same, '%s is not the file that the manifest lists.' % one['name'])
    key = base64.b64decode(files['key.txt'].decode().strip().split('+', 2)[2], validate=True)
    demand(key[0] == 1, 'It is no Ed25519 key.')
    checkpoints = notes(files['checkpoints.txt'].decode(), key[1:], origin)
    anchors = [one for path in anchor_paths for one in notes(note_in(path), key[1:], origin)]
    demand(all(one[0] <= size for one in anchors), 'More events were anchored than the export knows of.')
    expected = {}
    for count, root in checkpoints + anchors:
        demand(expected.setdefault(count, root) == root, 'Two checkpoints of %d events differ.' % count)
    demand(checkpoints[-1][0] == size, 'The newest checkpoint is missing.')

    tree, events, met = Tree(), 0, 0

    def meet():
        root = expected.get(tree.size)
        demand(root is None or root == tree.root(), 'The first %d events have another root.' % tree.size)
        return root is not None

    proofs = json.loads(files['proofs.json'])
    for part, (low, high) in (('before', (0, start)), ('after', (end, size))):
        demand(len(proofs[part]) == len(levels(low, high)), 'Hashes are missing or too many.')
    for level, value in zip(levels(0, start), proofs['before']):
        tree.add(level, base64.b64decode(value))
    met += meet() if tree.size else 0
    for name in sorted(one for one in files if one.startswith('events-')):
        for line in files[name].decode().split('\n')[:-1]:
            event = json.loads(line)
            demand(event['index'] == tree.size, 'The event at %d is missing.' % tree.size)
            tree.add(0, leaf(event))
            events += 1
            met += meet()
    demand(tree.size == end, 'The export ends after %d events.' % tree.size)
    for level, value in zip(levels(end, size), proofs['after']):
        tree.add(level, base64.b64decode(value))
    met += meet() if size > end else 0
    print('OK: %d events, %d checkpoints met, %d signed for in all.' % (events, met, size))


def main(words):
    anchors = [words[at + 1] for at, word in enumerate(words) if word == '--anchor']
    try:
        check(words[0], anchors)
        return 0
    except (Wrong, ValueError, KeyError, IndexError, TypeError, OSError, tarfile.TarError, struct.error) as error:
        print('NOT AS IT WAS SIGNED: %s' % error)
        return 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
