import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** As much of Redis as a cache needs (RESP: HELLO, GET, MGET, SET … PX), with its moods. For unit tests: `tools/check-redis.mjs` has the real one. */
export interface RedisPeer {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly values: Map<string, string>;
  /** How long each value was to be kept, in milliseconds. */
  readonly ttls: Map<string, number>;
  /** Commands that came, in order. */
  readonly commands: string[];
  /** `silent`: answers nothing; `failing`: answers reads and writes with an error. */
  mood: 'well' | 'silent' | 'failing';
  /** Breaks every connection; new ones are taken. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts it on a free loopback port. */
export async function startRedisPeer(): Promise<RedisPeer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // it is cut on purpose
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      for (let taken = commandIn(received); taken !== undefined; taken = commandIn(received)) {
        received = received.slice(taken.length);
        const answer = answerTo(taken.words);
        if (peer.mood !== 'silent') socket.write(answer);
      }
    });
  });
  const peer: RedisPeer = {
    ...{ url: '', values: new Map(), ttls: new Map(), commands: [], mood: 'well' },
    cut: () => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    close: () => {
      peer.cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };

  function answerTo([name = '', ...words]: readonly string[]): string {
    const command = name.toUpperCase();
    peer.commands.push(command);
    if (command === 'HELLO') return '%1\r\n+server\r\n+redis\r\n';
    if (command === 'INFO') return bulk('loading:0');
    if (peer.mood === 'failing') return '-ERR as the test wants it\r\n';
    if (command === 'MGET') return array(words.map((key) => bulk(peer.values.get(key))));
    if (command === 'SET') {
      const [key = '', value = '', , ttl = ''] = words;
      peer.values.set(key, value);
      peer.ttls.set(key, Number(ttl));
    }
    return '+OK\r\n';
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(peer, { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** The first whole command in what has come: `*2\r\n$3\r\nGET\r\n$1\r\na\r\n`. Lengths are in bytes. */
function commandIn(text: string): { readonly words: readonly string[]; readonly length: number } | undefined {
  const bytes = Buffer.from(text);
  let at = 0;
  const line = (): string | undefined => {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const found = bytes.toString('utf8', at, end);
    at = end + 2;
    return found;
  };
  const words: string[] = [];
  const count = Number(line()?.slice(1));
  for (let word = 0; word < count; word += 1) {
    const length = Number(line()?.slice(1));
    if (Number.isNaN(length) || bytes.length < at + length + 2) return undefined;
    words.push(bytes.toString('utf8', at, at + length));
    at += length + 2;
  }
  return count > 0 ? { words, length: bytes.toString('utf8', 0, at).length } : undefined;
}

function bulk(text: string | undefined): string {
  return text === undefined ? '_\r\n' : `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

function array(items: readonly string[]): string {
  return `*${items.length}\r\n${items.join('')}`;
}
