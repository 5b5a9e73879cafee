// The generated messages are CommonJS that the client ships beside its own code; named this plainly, bundlers find them.
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, ClientReadableStream, Metadata } from '@grpc/grpc-js';

export { shared, streams };
export const { StreamsClient } = services;

export type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
type Streams = import('@eventstore/db-client/generated/streams_grpc_pb.js').StreamsClient;
type Read = import('@eventstore/db-client/generated/streams_pb.js').ReadReq;
type Answer = import('@eventstore/db-client/generated/streams_pb.js').ReadResp;

export type ReadStream = ClientReadableStream<Answer>;

/**
 * What the official client offers its own commands: its channel with discovery, credentials and reconnection. Reads go this way,
 * because its public ones parse what looks like JSON, and the very bytes that were written would be lost.
 */
export interface ClientParts {
  GRPCStreamCreator(
    client: unknown,
    name: string,
    create: (client: Streams) => ReadStream,
  ): () => Promise<ReadStream>;
  callArguments(base: object, options: { readonly deadline: number }): [Metadata, CallOptions];
  getChannel(): Promise<{ close(): void }>;
}

/** Starts a read or a subscription. */
export function startRead(client: ClientParts, request: Read): Promise<ReadStream> {
  const create = (service: Streams): ReadStream =>
    service.read(request, ...client.callArguments({}, { deadline: Infinity }));
  return client.GRPCStreamCreator(StreamsClient, 'read', create)();
}
