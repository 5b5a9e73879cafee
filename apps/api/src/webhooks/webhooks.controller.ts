import {
  createdWebhookSchema,
  createWebhookSchema,
  deliveriesQuerySchema,
  deliveryPageSchema,
  uuidSchema,
  webhookPageSchema,
  webhookSchema,
  type CreatedWebhookResponse,
  type CreateWebhookRequest,
  type DeliveriesQuery,
  type DeliveryResponse,
  type WebhookResponse,
} from '@flightdeck/contracts';
import type { Webhook } from '@flightdeck/domain';
import {
  Caller,
  decodeCursor,
  encodeCursor,
  Idempotent,
  Permission,
  ProblemException,
  type Principal,
} from '@flightdeck/platform';
import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Answers, TakesIdempotencyKey } from '../http/answers.js';
import { newIdFor } from '../http/decide.js';
import { Ordering } from '../http/ordering.js';
import { DeliveryShelf } from './delivery-shelf.js';
import { WebhookDesk } from './webhook-desk.js';

@ApiTags('webhooks')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    @Inject(WebhookDesk) private readonly desk: WebhookDesk,
    @Inject(DeliveryShelf) private readonly shelf: DeliveryShelf,
    @Inject(Ordering) private readonly ordering: Ordering,
  ) {}

  /** From now on, events that fit the pattern are posted to the URL. The secret is in this answer and nowhere else. */
  @Permission('webhooks:write')
  @Idempotent({ onceOnly: ['secret'] })
  @TakesIdempotencyKey()
  @Answers(201, createdWebhookSchema)
  @Post()
  async create(
    @Body({ schema: createWebhookSchema }) body: CreateWebhookRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
  ): Promise<CreatedWebhookResponse> {
    const { idempotencyKey } = this.ordering.from(request);
    const webhookId = newIdFor('webhook', idempotencyKey);
    const { url, pattern, description = null } = body;
    const { known } = await this.desk.change(
      { type: 'CreateWebhook', webhookId, url, pattern, description, ...this.ordering.by(caller) },
      idempotencyKey,
    );
    const webhook = known.get(webhookId);
    if (webhook === undefined) throw new Error('The webhook that was created is not there.');
    return { ...response(webhook), secret: this.desk.secret(webhook) };
  }

  /** In the order of their creation; there are at most a hundred. */
  @Permission('webhooks:read')
  @Answers(200, webhookPageSchema)
  @Get()
  async list(): Promise<{ items: WebhookResponse[]; next: string | null }> {
    return { items: [...(await this.desk.all()).values()].map(response), next: null };
  }

  @Permission('webhooks:read')
  @Answers(200, webhookSchema)
  @Get(':webhookId')
  async get(@Param('webhookId', { schema: uuidSchema }) webhookId: string): Promise<WebhookResponse> {
    return response(await this.desk.get(webhookId));
  }

  /** What waits to be sent to it is sent no more. */
  @Permission('webhooks:write')
  @Answers(204)
  @Delete(':webhookId')
  async remove(
    @Param('webhookId', { schema: uuidSchema }) webhookId: string,
    @Caller() caller: Principal,
  ): Promise<void> {
    await this.desk.change({ type: 'DeleteWebhook', webhookId, ...this.ordering.by(caller) }, undefined);
  }

  /** A new secret; for a day the old one signs too, so that the receiver can change over. */
  @Permission('webhooks:write')
  @Idempotent({ onceOnly: ['secret'] })
  @TakesIdempotencyKey()
  @Answers(200, createdWebhookSchema)
  @Post(':webhookId/rotate')
  async rotate(
    @Param('webhookId', { schema: uuidSchema }) webhookId: string,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
  ): Promise<CreatedWebhookResponse> {
    const { generation } = await this.desk.get(webhookId);
    const { known } = await this.desk.change(
      { type: 'RotateSecret', webhookId, from: generation, ...this.ordering.by(caller) },
      this.ordering.from(request).idempotencyKey,
    );
    const webhook = known.get(webhookId);
    if (webhook === undefined)
      throw new ProblemException(404, 'no-such-webhook', 'There is no such webhook.');
    return { ...response(webhook), secret: this.desk.secret(webhook) };
  }

  /** By their last try, the latest first; over the last 10,000 tries. */
  @Permission('webhooks:read')
  @Answers(200, deliveryPageSchema)
  @Get(':webhookId/deliveries')
  async deliveries(
    @Param('webhookId', { schema: uuidSchema }) webhookId: string,
    @Query({ schema: deliveriesQuerySchema }) query: DeliveriesQuery,
  ): Promise<{ items: readonly DeliveryResponse[]; next: string | null }> {
    await this.desk.get(webhookId);
    const { state, limit, cursor } = query;
    const before = cursor === undefined ? {} : { before: decodeCursor(cursor, revisionOf) };
    const { items, next } = await this.shelf.page(webhookId, { state, limit, ...before });
    return { items, next: next === null ? null : encodeCursor(next) };
  }

  /** A dead letter is tried once more, now, with all its retries before it. */
  @Permission('webhooks:write')
  @Answers(202)
  @Post(':webhookId/deliveries/:deliveryId/redrive')
  async redrive(
    @Param('webhookId', { schema: uuidSchema }) webhookId: string,
    @Param('deliveryId', { schema: uuidSchema }) deliveryId: string,
    @Caller() caller: Principal,
  ): Promise<void> {
    await this.desk.get(webhookId);
    if (await this.shelf.redrive(webhookId, deliveryId, this.ordering.by(caller))) return;
    throw new ProblemException(409, 'not-a-dead-letter', 'Only a dead letter can be sent once more.');
  }
}

function response({ pattern, ...webhook }: Webhook): WebhookResponse {
  return { ...webhook, pattern: pattern as Record<string, unknown> };
}

function revisionOf(place: unknown): number | undefined {
  return typeof place === 'number' && Number.isSafeInteger(place) && place >= 0 ? place : undefined;
}
