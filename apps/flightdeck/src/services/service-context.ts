import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PortClient, type ReviveError } from '@flightdeck/platform';
import { SeriesTooLong } from '@flightdeck/read-models';
import { IngestBusy, IngestUnavailable, PipelineUnavailable } from '../../../ingest/src/index.js';
import type { OnFatal } from '../fatal.js';
import type { Config } from '../config.js';
import type { Base } from '../core.module.js';
import type { Peers } from './service-config.js';

/** What every service stands on. */
export interface ServiceContext {
  readonly config: Config;
  readonly peers: Peers;
  readonly dataDir: string;
  readonly base: Base;
  /** Opens the ports of each process to the others. */
  readonly serviceToken: string;
  readonly adminToken: string;
  readonly onFatal: OnFatal;
}

/** A service that is open but does not serve yet. */
export interface OpenService {
  readonly module: DynamicModule;
  /** Connects what the application needs beside its routes. */
  connect?(app: NestFastifyApplication): void | Promise<void>;
  /** Lets go of what it opened beside the base. */
  close?(): Promise<void>;
}

export type Peer = keyof Peers['urls'];

/** Calls another process of this Flightdeck. */
export function peerClient(
  { peers, serviceToken }: ServiceContext,
  peer: Peer,
  options: { readonly waitForPeerMs?: number } = {},
): PortClient {
  return new PortClient({ url: peers.urls[peer], name: peer, token: serviceToken, reviveError, ...options });
}

/** The exceptions that callers tell apart, made again on their side. */
const reviveError: ReviveError = ({ name, message, fields }) => {
  switch (name) {
    case 'SeriesTooLong':
      return new SeriesTooLong(message);
    case 'IngestBusy':
      return new IngestBusy(Number(fields['retryAfterMs'] ?? 1_000));
    case 'IngestUnavailable':
      return new IngestUnavailable(message);
    case 'PipelineUnavailable':
      return new PipelineUnavailable(message);
    default:
      return undefined;
  }
};
