import {
  quarantinedSchema,
  quarantinePageSchema,
  quarantineQuerySchema,
  REDRIVE,
  redriveResultSchema,
  redriveSchema,
  uuidSchema,
  type QuarantinedResponse,
  type QuarantineQuery,
  type Redrive,
  type RedriveBody,
  type RedriveResultResponse,
} from '@flightdeck/contracts';
import {
  Booked,
  Caller,
  Idempotent,
  Permission,
  ProblemException,
  type Principal,
} from '@flightdeck/platform';
import { READ_MODELS, type QuarantinedRecord, type ReadModels } from '@flightdeck/read-models';
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, TakesIdempotencyKey } from '../http/answers.js';

const ID = { schema: uuidSchema };

@ApiTags('quarantine')
@Controller('v1/quarantine')
export class QuarantineController {
  constructor(
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(REDRIVE) private readonly pipeline: Redrive,
  ) {}

  /** Newest first. */
  @Permission('quarantine:read')
  @Booked('cross-campaign-read', { oncePerMinute: true })
  @Answers(200, quarantinePageSchema)
  @Get()
  async list(
    @Query({ schema: quarantineQuerySchema }) query: QuarantineQuery,
  ): Promise<{ items: QuarantinedResponse[]; next: string | null }> {
    const { state, reason, cursor, limit } = query;
    const { items, next } = await this.readModels.quarantined({
      max: limit,
      ...(state === undefined ? {} : { state }),
      ...(reason === undefined ? {} : { reason }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { items: items.map(quarantinedResponse), next };
  }

  @Permission('quarantine:read')
  @Answers(200, quarantinedSchema)
  @Get(':quarantineId')
  async read(@Param('quarantineId', ID) quarantineId: string): Promise<QuarantinedResponse> {
    return quarantinedResponse(await this.known(quarantineId));
  }

  /** Sends the record, corrected or as it came, through the pipeline again. */
  @Permission('quarantine:redrive')
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(200, redriveResultSchema)
  @Post(':quarantineId/redrive')
  async redrive(
    @Param('quarantineId', ID) quarantineId: string,
    @Body({ schema: redriveSchema.optional() }) body: RedriveBody | undefined,
    @Caller() caller: Principal,
  ): Promise<RedriveResultResponse> {
    const record = await this.known(quarantineId);
    const corrected = correctedBytes(body);
    const request = {
      admitAs: body?.admitAs ?? 'correction',
      ...(corrected === undefined ? {} : { correctedBytes: corrected }),
    };
    const result = await this.pipeline.redrive(quarantinedResponse(record), request, caller.id);
    if (!result.ok) throw new ProblemException(409, result.code, result.detail);
    const { outcome, eventId, reason, detail } = result;
    return {
      ...{ id: quarantineId, outcome },
      ...(eventId === undefined ? {} : { eventId }),
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail }),
    };
  }

  private async known(quarantineId: string): Promise<QuarantinedRecord> {
    const record = await this.readModels.quarantinedById(quarantineId);
    if (record === undefined)
      throw new ProblemException(404, 'not-quarantined', 'There is no such quarantined record.');
    return record;
  }
}

function correctedBytes(body: RedriveBody | undefined): Uint8Array | undefined {
  if (body?.record !== undefined) return Buffer.from(JSON.stringify(body.record));
  return body?.bytesBase64 === undefined ? undefined : Buffer.from(body.bytesBase64, 'base64');
}

function quarantinedResponse(record: QuarantinedRecord): QuarantinedResponse {
  const { id, partition, reason, detail, source, receivedAt, bytesBase64, truncated, state } = record;
  return { id, partition, reason, detail, source, receivedAt, bytesBase64, truncated, state };
}
