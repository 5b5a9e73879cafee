import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceError,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { ServableEventStore } from '@flightdeck/event-store';
import {
  GossipService,
  ServerFeaturesService,
  shared,
  streams,
  StreamsService,
  type DeleteReq,
  type DeleteResp,
  type TombstoneReq,
  type TombstoneResp,
} from '../adapters/protocol.js';
import { append, type AppendCall } from '../append/append.js';
import { APPEND_BYTES_MAX } from '../append/append-to-stream.js';
import { batchAppend, type BatchAppendCall } from '../append/batch-append.js';
import { deleteStream } from '../append/deletion.js';
import { Deletions } from '../append/deletions.js';
import { read } from '../read/read.js';
import type { ReadCall } from '../read/sink.js';
import { refusedAccess } from './access.js';
import { clusterOfOne, supportedMethods } from './discovery.js';
import { internal } from './refusal.js';
import { writeSystemEvents } from './system-events.js';
import type { Users } from './users.js';
import { widenConnectionWindows, widenStreamWindows } from './windows.js';

/** The largest message that is read: a part of an append, whose own limit is smaller unless configured. */
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
/** Where a server may listen without TLS. */
export const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
/** How long calls in flight may take once the server closes; subscriptions never end by themselves. */
const CLOSE_AFTER_MS = 1_000;

export interface LedgerServerOptions {
  readonly store: ServableEventStore;
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM. Without, the server is insecure and takes only a loopback address. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Who may call over TLS, which needs them; without TLS everybody on this machine may. */
  readonly users?: Users;
  /** For tests of clients: streams can be deleted, that is put out of sight. */
  readonly allowDelete?: boolean;
  /** The most bytes of one append. */
  readonly appendBytesMax?: number;
  readonly onError: (error: unknown) => void;
}

export interface LedgerServer {
  readonly port: number;
  /** Takes no more calls and ends those that go on; the store is the caller's to close. */
  close(): Promise<void>;
}

/** Serves an event store over the EventStoreDB gRPC protocol. @throws when the address cannot be had, or should not. */
export async function startLedgerServer(options: LedgerServerOptions): Promise<LedgerServer> {
  const { store, host = '127.0.0.1', tls, users } = options;
  if (tls === undefined && !LOOPBACK.has(host))
    throw new Error(`${host} is no loopback address: it needs TLS.`);
  if (tls !== undefined && users === undefined) throw new Error('A server with TLS needs users.');
  await writeSystemEvents(store);
  const deletions = options.allowDelete === true ? await Deletions.open(store) : undefined;
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': 2 ** 31 - 1,
  });
  let port = 0;
  server.addService(StreamsService, streamsService(options, deletions));
  server.addService(ServerFeaturesService, {
    getSupportedMethods: unary(undefined, () => supportedMethods()),
  });
  server.addService(GossipService, { read: unary(undefined, () => clusterOfOne(host, port)) });
  widenStreamWindows(server);
  port = await bound(server, `${host}:${options.port}`, credentialsOf(tls));
  widenConnectionWindows(server);
  return { port, close: () => closed(server) };
}

function streamsService(
  options: LedgerServerOptions,
  deletions: Deletions | undefined,
): UntypedServiceImplementation {
  const { store, onError } = options;
  const users = usersOf(options);
  const deps = {
    store,
    deletions,
    onError,
    clock: Date.now,
    appendBytesMax: options.appendBytesMax ?? APPEND_BYTES_MAX,
  };
  return {
    read: (call: ReadCall) => {
      const refused = refusedAccess(call.metadata, users);
      if (refused === undefined)
        void read(call, deps); // never rejects
      else call.emit('error', refused);
    },
    batchAppend: (call: BatchAppendCall) => {
      const refused = refusedAccess(call.metadata, users);
      const isDenied = refused?.code === status.PERMISSION_DENIED;
      if (refused === undefined || isDenied) batchAppend(call, { ...deps, isDenied });
      else call.emit('error', refused);
    },
    append: (call: AppendCall, answer: Parameters<typeof append>[1]) => {
      const refused = refusedAccess(call.metadata, users);
      if (refused === undefined) append(call, answer, deps);
      else answer(refused);
    },
    delete: unary(users, async (request: DeleteReq): Promise<DeleteResp> => {
      const position = await deleteStream('delete', request.getOptions(), deletions);
      const reply = new streams.DeleteResp();
      if (position === undefined) return reply.setNoPosition(new shared.Empty());
      return reply.setPosition(placed(new streams.DeleteResp.Position(), position));
    }),
    tombstone: unary(users, async (request: TombstoneReq): Promise<TombstoneResp> => {
      const position = await deleteStream('tombstone', request.getOptions(), deletions);
      const reply = new streams.TombstoneResp();
      if (position === undefined) return reply.setNoPosition(new shared.Empty());
      return reply.setPosition(placed(new streams.TombstoneResp.Position(), position));
    }),
  };
}

/** Who is asked for a name: without TLS nobody, since a password would travel in the clear. */
function usersOf({ tls, users }: LedgerServerOptions): Users | undefined {
  return tls === undefined ? undefined : users;
}

function placed<
  Place extends { setCommitPosition(text: string): unknown; setPreparePosition(text: string): unknown },
>(place: Place, position: number): Place {
  place.setCommitPosition(String(position));
  place.setPreparePosition(String(position));
  return place;
}

function unary<Request, Response>(
  users: Users | undefined,
  handle: (request: Request) => Response | Promise<Response>,
) {
  return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): void => {
    const refused = refusedAccess(call.metadata, users);
    if (refused !== undefined) {
      answer(refused);
      return;
    }
    Promise.resolve(call.request)
      .then(handle)
      .then(
        (response) => answer(null, response),
        (error: unknown) => answer(internal(error)),
      );
  };
}

function credentialsOf(tls: LedgerServerOptions['tls']): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }]);
}

function bound(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error: Error | ServiceError | null, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), CLOSE_AFTER_MS);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
