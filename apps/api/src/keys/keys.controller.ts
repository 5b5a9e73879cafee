import {
  createdKeySchema,
  createKeySchema,
  keyPageSchema,
  keysQuerySchema,
  uuidSchema,
  type CreatedKeyResponse,
  type CreateKeyRequest,
  type KeyResponse,
  type KeysQuery,
} from '@flightdeck/contracts';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import {
  Booked,
  Caller,
  decodeCursor,
  encodeCursor,
  Idempotent,
  newToken,
  Permission,
  tokenHash,
  type Principal,
} from '@flightdeck/platform';
import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { KEYS_FOLD, type RunningFold } from '../follow/running-fold.js';
import { Answers, TakesIdempotencyKey } from '../http/answers.js';
import { decide, newIdFor, type Changed } from '../http/decide.js';
import { Ordering } from '../http/ordering.js';
import { rejectionProblem, staleProblem } from '../http/rejection.js';
import {
  API_KEYS_STREAM,
  apiKeys,
  type ApiKey,
  type ApiKeyCommand,
  type ApiKeyRejection,
  type KeyRing,
} from './api-keys.js';
import { KeyAuthenticator } from './key-authenticator.js';

@ApiTags('keys')
@Controller('v1/keys')
export class KeysController {
  constructor(
    @Inject(KeyAuthenticator) private readonly known: KeyAuthenticator,
    @Inject(KEYS_FOLD) private readonly fold: RunningFold,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Ordering) private readonly ordering: Ordering,
  ) {}

  /** The token is in this answer and nowhere else: only its hash is stored. */
  @Permission('keys:manage')
  @Booked('key-change', { body: ['role', 'name', 'person'] })
  @Idempotent({ onceOnly: ['token'] })
  @TakesIdempotencyKey()
  @Answers(201, createdKeySchema)
  @Post()
  async create(
    @Body({ schema: createKeySchema }) body: CreateKeyRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
  ): Promise<CreatedKeyResponse> {
    const { idempotencyKey } = this.ordering.from(request);
    const keyId = newIdFor('key', idempotencyKey);
    const token = newToken();
    const { role, name = role, person } = body;
    const held = person === undefined ? {} : { person };
    const ring = await this.change(
      {
        ...{ type: 'CreateApiKey', keyId, role, name, tokenHash: tokenHash(token), ...held },
        ...this.ordering.by(caller),
      },
      idempotencyKey,
    );
    const key = ring.get(keyId);
    if (key === undefined) throw new Error('The key that was created is not there.');
    return { ...keyResponse(key), token: key.tokenHash === tokenHash(token) ? token : null };
  }

  /** In the order of their creation; revoked ones only when asked for. */
  @Permission('keys:manage')
  @Answers(200, keyPageSchema)
  @Get()
  list(@Query({ schema: keysQuerySchema }) query: KeysQuery): { items: KeyResponse[]; next: string | null } {
    const from = query.cursor === undefined ? 0 : decodeCursor(query.cursor, indexOf);
    const keys = this.known.keys().filter((key) => query.revoked === 'true' || key.revokedAt === null);
    const page = keys.slice(from, from + query.limit);
    const end = from + page.length;
    return { items: page.map(keyResponse), next: end < keys.length ? encodeCursor(end) : null };
  }

  /** From this answer on the key opens nothing. */
  @Permission('keys:manage')
  @Booked('key-change')
  @Answers(204)
  @Delete(':keyId')
  async revoke(
    @Param('keyId', { schema: uuidSchema }) keyId: string,
    @Caller() caller: Principal,
  ): Promise<void> {
    await this.change({ type: 'RevokeApiKey', keyId, ...this.ordering.by(caller) }, undefined);
  }

  private async change(command: ApiKeyCommand, idempotencyKey: string | undefined): Promise<KeyRing> {
    const done: Changed<KeyRing, ApiKeyRejection> = await decide({
      ...{ store: this.store, stream: API_KEYS_STREAM, decider: apiKeys, command },
      ...{ actor: command.actor, expected: 'any', idempotencyKey },
    });
    if (!done.ok)
      throw 'rejection' in done ? rejectionProblem(done.rejection) : staleProblem('any', done.staleAt);
    await this.fold.hasSeen(API_KEYS_STREAM, done.revision);
    return done.state;
  }
}

function keyResponse({ tokenHash: _, ...key }: ApiKey): KeyResponse {
  return key;
}

function indexOf(place: unknown): number | undefined {
  return typeof place === 'number' && Number.isSafeInteger(place) && place >= 0 ? place : undefined;
}
