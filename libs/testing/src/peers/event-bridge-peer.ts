import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** An entry of PutEvents as it came over the wire. */
export interface PutEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
}

/** What the peer does with a call: answers it as EventBridge does, failing some entries, or breaks it. */
export type PutFault =
  | { readonly kind: 'entries'; readonly failed: (entry: PutEntry, index: number) => string | undefined }
  | { readonly kind: 'status'; readonly status: number; readonly type: string }
  | { readonly kind: 'hang-up' };

/** The wire of EventBridge's PutEvents (AWS JSON 1.1), with faults on demand. */
export interface EventBridgePeer {
  readonly url: string;
  /** Entries taken, in the order in which they were. */
  readonly taken: PutEntry[];
  /** Every call, as it came. */
  readonly calls: (readonly PutEntry[])[];
  /** Decides about the next calls; undefined: all goes well. */
  fault: ((call: number) => PutFault | undefined) | undefined;
  close(): Promise<void>;
}

/** Starts the peer on a free loopback port. It refuses what real EventBridge refuses: unsigned calls, more than ten entries. */
export async function startEventBridgePeer(): Promise<EventBridgePeer> {
  const taken: PutEntry[] = [];
  const calls: (readonly PutEntry[])[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const peer = { url: '', taken, calls, fault: undefined, close } as EventBridgePeer & { url: string };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await json(request)) as { readonly Entries: readonly PutEntry[] };
    const { authorization = '', 'x-amz-target': target } = request.headers;
    if (!authorization.startsWith('AWS4-HMAC-SHA256 ') || target !== 'AWSEvents.PutEvents') {
      refuse(response, 400, 'MissingAuthenticationToken');
      return;
    }
    if (body.Entries.length === 0 || body.Entries.length > 10) {
      refuse(response, 400, 'ValidationException');
      return;
    }
    calls.push(body.Entries);
    const fault = peer.fault?.(calls.length);
    if (fault?.kind === 'hang-up') return void response.destroy();
    if (fault?.kind === 'status') {
      refuse(response, fault.status, fault.type);
      return;
    }
    const codes = body.Entries.map((entry, index) => fault?.failed(entry, index));
    body.Entries.forEach((entry, index) => codes[index] === undefined && taken.push(entry));
    say(response, 200, {
      FailedEntryCount: codes.filter((code) => code !== undefined).length,
      Entries: codes.map((code, index) =>
        code === undefined
          ? { EventId: `event-${calls.length}-${index}` }
          : { ErrorCode: code, ErrorMessage: 'As the test wants it.' },
      ),
    });
  }

  function close(): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  peer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return peer;
}

function refuse(response: ServerResponse, status: number, type: string): void {
  say(response, status, { __type: type, message: 'As the test wants it.' });
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
