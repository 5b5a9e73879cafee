import {
  createServer,
  request as ask,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An AWS call as it passes. */
export interface Call {
  /** `PutRecords`, `BatchWriteItem`, `Publish`, … */
  readonly operation: string;
  /** Which of this operation's calls it is, from 1. */
  readonly number: number;
  /** Its body: JSON, or the fields of a form. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What may befall a call. Before the peer: `reset`, `answer`. After it: `cut`, `half-open`. */
export type Fault =
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection breaks and the peer has seen nothing. */
  | { readonly kind: 'reset' }
  /** The peer has done it; the connection breaks after so many bytes of its answer (0 when not given). */
  | { readonly kind: 'cut'; readonly afterBytes?: number }
  /** Nobody breaks anything and nothing comes any more, after so many bytes of the answer; `seen: false`: the peer has not seen it either. */
  | { readonly kind: 'half-open'; readonly afterBytes?: number; readonly seen?: boolean }
  /** An error in the peer's stead, which sees nothing: `ProvisionedThroughputExceededException` with 400. */
  | { readonly kind: 'answer'; readonly status: number; readonly type: string }
  /** What the peer gets in the call's stead, and what the caller gets of its answer: see `partial.ts`. */
  | { readonly kind: 'rewrite'; readonly call: (body: Json) => Rewritten<Json> }
  /** The same of a protocol with forms and XML (SNS): fields of the form, and the text of the answer. */
  | { readonly kind: 'rewrite-form'; readonly call: (fields: Json) => Rewritten<string> };

/** One call, rewritten; calls may be under way at once, so what one remembers is its own. */
export interface Rewritten<A> {
  readonly sent: Json;
  readonly answer: (answer: A) => A;
}

export type Json = Readonly<Record<string, unknown>>;

/** A peer behind faults. */
export interface FaultProxy {
  readonly url: string;
  /** Every call that came, in order. */
  readonly calls: readonly Call[];
  /** Decides what befalls a call; undefined, or its undefined: nothing does. */
  fault: ((call: Call) => Fault | undefined) | undefined;
  /** How many calls a fault has befallen: a test in which none was has tested nothing. */
  readonly befallen: number;
  close(): Promise<void>;
}

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'x-amz-crc32'];

/** Starts an HTTP/1.1 proxy on a free loopback port in front of `peerUrl`. Streams pass as they come. */
export async function startFaultProxy(peerUrl: string): Promise<FaultProxy> {
  const calls: Call[] = [];
  const proxy: { -readonly [K in keyof FaultProxy]: FaultProxy[K] } = {
    ...{ url: '', calls, fault: undefined, befallen: 0, close },
  };
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy()); // the caller has gone
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const call = callOf(request, body, calls);
    calls.push(call);
    const fault = proxy.fault?.(call);
    if (fault !== undefined) proxy.befallen += 1;
    if (fault?.kind === 'reset') return void request.socket.destroy();
    if (fault?.kind === 'half-open' && fault.seen === false) return;
    if (fault?.kind === 'answer') {
      (isForm(body) ? refuseInXml : refuse)(response, fault.status, fault.type);
      return;
    }
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const rewritten = rewrite(fault, call);
    const onward = forward(peerUrl, request, rewritten?.sent ?? body);
    response.on('close', () => onward.destroy());
    onward.on('error', () => request.socket.destroy());
    onward.on('response', (answer) => void passBack(answer, request, response, { fault, rewritten }));
  }

  function close(): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}

async function passBack(
  answer: IncomingMessage,
  request: IncomingMessage,
  response: ServerResponse,
  { fault, rewritten }: { readonly fault: Fault | undefined; readonly rewritten: RewrittenBytes | undefined },
): Promise<void> {
  if (rewritten !== undefined) {
    const bytes = rewritten.answer(await buffer(answer));
    response.writeHead(answer.statusCode ?? 200, headersOf(answer)).end(bytes);
    return;
  }
  const stops = fault?.kind === 'cut' || fault?.kind === 'half-open';
  let left = stops ? (fault.afterBytes ?? 0) : Infinity;
  if (left > 0) response.writeHead(answer.statusCode ?? 200, headersOf(answer)).flushHeaders();
  answer.on('data', (chunk: Buffer) => {
    if (left > 0) response.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0 && fault?.kind === 'cut') request.socket.destroySoon();
  });
  answer.on('end', () => {
    if (fault?.kind === 'cut') request.socket.destroySoon();
    else if (fault?.kind !== 'half-open') response.end();
  });
  answer.on('error', () => request.socket.destroy());
}

function forward(peerUrl: string, { method, url, headers }: IncomingMessage, body: Buffer): ClientRequest {
  const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...rest } = headers;
  const onward = ask(new URL(url ?? '/', peerUrl), {
    method,
    headers: { ...rest, 'content-length': body.length },
  });
  onward.end(body);
  return onward;
}

interface RewrittenBytes {
  readonly sent: Buffer;
  readonly answer: (bytes: Buffer) => Buffer;
}

function rewrite(fault: Fault | undefined, { body }: Call): RewrittenBytes | undefined {
  if (fault?.kind === 'rewrite') {
    const { sent, answer } = fault.call(body);
    const answered = (bytes: Buffer): Buffer => bytesOf(answer(JSON.parse(bytes.toString()) as Json));
    return { sent: bytesOf(sent), answer: answered };
  }
  if (fault?.kind !== 'rewrite-form') return undefined;
  const { sent, answer } = fault.call(body);
  const fields = Object.entries(sent).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    sent: Buffer.from(new URLSearchParams(fields).toString()),
    answer: (bytes) => Buffer.from(answer(bytes.toString())),
  };
}

function isForm(body: Buffer): boolean {
  return body.toString('utf8', 0, 1) !== '{';
}

/** The operation stands in a header of the JSON protocols, in a field of the query protocol. */
function callOf({ headers }: IncomingMessage, bytes: Buffer, calls: readonly Call[]): Call {
  const text = bytes.toString();
  const body: Json = isForm(bytes)
    ? Object.fromEntries(new URLSearchParams(text))
    : (JSON.parse(text) as Json);
  const { 'x-amz-target': target } = headers;
  const operation = typeof target === 'string' ? (target.split('.').at(-1) ?? '') : String(body['Action']);
  return { operation, body, number: 1 + calls.filter((call) => call.operation === operation).length };
}

function headersOf({ headers }: IncomingMessage): Record<string, string | string[] | undefined> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}

function refuse(response: ServerResponse, status: number, type: string): void {
  const body = bytesOf({ __type: type, message: 'As the test wants it.' });
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
}

function refuseInXml(response: ServerResponse, status: number, type: string): void {
  const who = status < 500 ? 'Sender' : 'Receiver';
  response
    .writeHead(status, { 'content-type': 'text/xml' })
    .end(`<ErrorResponse><Error><Type>${who}</Type><Code>${type}</Code></Error></ErrorResponse>`);
}

function bytesOf(body: Json): Buffer {
  return Buffer.from(JSON.stringify(body));
}
