import { PREFIX, streamQuerySchema, type StreamQuery, type StreamTopic } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore, type StoredEvent } from '@flightdeck/event-store';
import {
  AUTHENTICATOR,
  Booked,
  CLOCK,
  Health,
  LOGGER,
  Permission,
  type Authenticator,
  type Clock,
  type Logger,
} from '@flightdeck/platform';
import { READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { COMMAND_INDEX, type CommandIndex } from '../commands/command-index.js';
import { pause } from '../follow/follow-into.js';
import { COMMANDS_FOLD, FOLD_WAIT_MS_MAX, type RunningFold } from '../follow/running-fold.js';
import { EventStreamConnection } from './event-stream-connection.js';
import { PacingFeed } from './pacing-feed.js';
import { decodeResumePoint, type ResumePoint } from './resume-point.js';
import { StreamClients } from './stream-clients.js';
import { tellFollow } from './tell-follow.js';
import { tellPacing } from './tell-pacing.js';
import { ToldClient } from './told-client.js';
import { adEventText, commandText } from './topic-texts.js';

/** A comment this often keeps proxies from closing a quiet stream. */
export const HEARTBEAT_MS = 15_000;
const HEALTH_EVERY_MS = 5_000;

@ApiTags('live')
@Controller('v1/stream')
export class StreamController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(COMMAND_INDEX) private readonly commands: CommandIndex,
    @Inject(COMMANDS_FOLD) private readonly commandsFold: RunningFold,
    @Inject(PacingFeed) private readonly feed: PacingFeed,
    @Inject(StreamClients) private readonly clients: StreamClients,
    @Inject(Health) private readonly health: Health,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Server-sent events from now on, or from `Last-Event-ID` without a gap. */
  @Permission('stream:read')
  @Booked('cross-campaign-read', { unlessQuery: 'campaignId', oncePerMinute: true })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last frame seen.',
    schema: { type: 'string' },
  })
  @ApiProduces('text/event-stream')
  @ApiResponse({ status: 200, description: 'Frames of event, id and data.', schema: { type: 'string' } })
  @Get()
  stream(
    @Query({ schema: streamQuerySchema }) query: StreamQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const lastId = request.headers['last-event-id'];
    const resume = typeof lastId === 'string' && lastId !== '' ? decodeResumePoint(lastId) : {};
    this.clients.assertRoom();
    const connection = new EventStreamConnection(reply);
    this.clients.add(connection);
    const client = new ToldClient(connection, this.startOf(query.topics, resume), query.campaignId);
    for (const topic of query.topics) this.run(client, topic, () => this.tell(client, topic, resume));
    this.run(client, 'heartbeat', () => this.keepAlive(client, request));
  }

  /** A topic that the client has not been told of yet starts now. */
  private startOf(topics: readonly StreamTopic[], resume: ResumePoint): ResumePoint {
    const now = this.readModels.progress().checkpoint;
    return {
      ...(topics.includes('commands')
        ? { commands: resume.commands ?? { checkpoint: this.commands.checkpoint, skip: 0 } }
        : {}),
      ...(topics.includes('events')
        ? { events: resume.events ?? { checkpoint: now === '' ? 'start' : now, skip: 0 } }
        : {}),
      ...(topics.includes('pacing') ? { pacing: resume.pacing ?? this.feed.checkpoint } : {}),
    };
  }

  private tell(client: ToldClient, topic: StreamTopic, resume: ResumePoint): Promise<void> {
    switch (topic) {
      case 'commands':
        return tellFollow(
          ...([client, topic, this.store, { prefix: PREFIX.command }] as const),
          (event) => commandText(event, client.campaignId),
          (event) => this.isListed(event),
        );
      case 'events':
        return tellFollow(client, topic, this.store, { prefix: PREFIX.ads }, (event) =>
          adEventText(event, client.campaignId),
        );
      case 'pacing':
        return tellPacing(client, resume.pacing, this.feed, this.readModels, this.clock);
      case 'health':
        return this.tellHealth(client);
    }
  }

  /** Until the list of commands knows the event. Of older ones it knows all that it will. */
  private async isListed({ stream, revision, recordedAtMs }: StoredEvent): Promise<void> {
    if (this.clock() - recordedAtMs < FOLD_WAIT_MS_MAX) await this.commandsFold.hasSeen(stream, revision);
  }

  private async tellHealth(client: ToldClient): Promise<void> {
    while (!client.signal.aborted) {
      const { ready, parts } = this.health.check();
      await client.send('health', JSON.stringify({ asOf: formatInstant(this.clock()), ready, parts }));
      await pause(HEALTH_EVERY_MS, client.signal);
    }
  }

  /** Also ends the stream of a client whose key was revoked. */
  private async keepAlive(client: ToldClient, request: FastifyRequest): Promise<void> {
    const token = (request.headers.authorization ?? '').replace(/^bearer\s+/i, '').trim();
    await client.connection.comment('connected');
    while (!client.signal.aborted) {
      await pause(HEARTBEAT_MS, client.signal);
      if ((await this.authenticator.authenticate(token)) === undefined) client.connection.close();
      else await client.connection.comment('heartbeat');
    }
  }

  private run(client: ToldClient, part: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.logger.error({ err: error, part }, 'A client of the event stream could not be told.');
      client.connection.close();
    });
  }
}
