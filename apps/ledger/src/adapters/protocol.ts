import { createRequire } from 'node:module';

/*
 * The messages and services of the EventStoreDB protocol, as the official client ships them: generated CommonJS, which is loaded
 * with the very copy of google-protobuf that the client has.
 */
const require = createRequire(import.meta.url);
const ofClient = createRequire(require.resolve('@eventstore/db-client'));
const GENERATED = '@eventstore/db-client/generated';

type Streams = typeof import('@eventstore/db-client/generated/streams_pb.js');
type Shared = typeof import('@eventstore/db-client/generated/shared_pb.js');
type StatusMessages = typeof import('@eventstore/db-client/generated/status_pb.js');
type Features = typeof import('@eventstore/db-client/generated/serverfeatures_pb.js');
type Gossip = typeof import('@eventstore/db-client/generated/gossip_pb.js');

export const streams = require(`${GENERATED}/streams_pb.js`) as Streams;
export const shared = require(`${GENERATED}/shared_pb.js`) as Shared;
export const status = require(`${GENERATED}/status_pb.js`) as StatusMessages;
export const features = require(`${GENERATED}/serverfeatures_pb.js`) as Features;
export const gossip = require(`${GENERATED}/gossip_pb.js`) as Gossip;
/** `google.rpc.Code` */
export const { Code } = require(
  `${GENERATED}/code_pb.js`,
) as typeof import('@eventstore/db-client/generated/code_pb.js');
export const { Any } = ofClient(
  'google-protobuf/google/protobuf/any_pb.js',
) as typeof import('google-protobuf/google/protobuf/any_pb.js');
export const { Empty } = ofClient(
  'google-protobuf/google/protobuf/empty_pb.js',
) as typeof import('google-protobuf/google/protobuf/empty_pb.js');

export const { StreamsService } = require(
  `${GENERATED}/streams_grpc_pb.js`,
) as typeof import('@eventstore/db-client/generated/streams_grpc_pb.js');
export const { ServerFeaturesService } = require(
  `${GENERATED}/serverfeatures_grpc_pb.js`,
) as typeof import('@eventstore/db-client/generated/serverfeatures_grpc_pb.js');
export const { GossipService } = require(
  `${GENERATED}/gossip_grpc_pb.js`,
) as typeof import('@eventstore/db-client/generated/gossip_grpc_pb.js');

export type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  DeleteReq,
  DeleteResp,
  ReadReq,
  ReadResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
export type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
export type { Status } from '@eventstore/db-client/generated/status_pb.js';
