import {
  checkpointPageSchema,
  checkpointsQuerySchema,
  consistencyQuerySchema,
  consistencySchema,
  inclusionQuerySchema,
  inclusionSchema,
  latestCheckpointSchema,
  type CheckpointResponse,
  type CheckpointsQuery,
  type ConsistencyQuery,
  type ConsistencyResponse,
  type InclusionQuery,
  type InclusionResponse,
  type LatestCheckpointResponse,
} from '@flightdeck/contracts';
import { Booked, decodeCursor, encodeCursor, Permission, ProblemException } from '@flightdeck/platform';
import { eventLine } from '@flightdeck/proof';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/answers.js';
import { base64, checkpointResponse, ProofDesk } from './proof-desk.js';

/** That the ledger is what it was: RFC 6962 proofs against checkpoints that it has signed. */
@ApiTags('audit')
@Controller('v1/audit')
export class ProofsController {
  constructor(@Inject(ProofDesk) private readonly desk: ProofDesk) {}

  /** What the ledger signs for now. Keep it: whatever the ledger says later must be consistent with it. */
  @Permission('audit:read')
  @Booked('audit-read', { oncePerMinute: true })
  @Answers(200, latestCheckpointSchema)
  @Get('checkpoint')
  checkpoint(): LatestCheckpointResponse {
    const { reader } = this.desk;
    const response = checkpointResponse(reader, this.desk.latest());
    return { ...response, origin: reader.key.name, key: reader.verifierKey, ...this.desk.state() };
  }

  /** Every checkpoint there was, oldest first. */
  @Permission('audit:read')
  @Booked('audit-read', { oncePerMinute: true })
  @Answers(200, checkpointPageSchema)
  @Get('checkpoints')
  checkpoints(@Query({ schema: checkpointsQuerySchema }) query: CheckpointsQuery): {
    items: CheckpointResponse[];
    next: string | null;
  } {
    const { reader } = this.desk;
    const from = query.cursor === undefined ? query.from : decodeCursor(query.cursor, sizeOf);
    const page = reader.list(from, query.limit);
    const last = page.length < query.limit ? undefined : page.at(-1);
    return {
      items: page.map((sealed) => checkpointResponse(reader, sealed)),
      next: last === undefined ? null : encodeCursor(last.size + 1),
    };
  }

  /** That one event stands where it stands, among those that a checkpoint is over. */
  @Permission('audit:read')
  @Booked('audit-read')
  @Answers(200, inclusionSchema)
  @Get('proofs/inclusion')
  async inclusion(
    @Query({ schema: inclusionQuerySchema }) query: InclusionQuery,
  ): Promise<InclusionResponse> {
    const { reader } = this.desk;
    const found = await this.desk.event(query);
    const checkpoint = query.size === undefined ? this.desk.latest() : this.desk.checkpointOf(query.size);
    if (found.index >= checkpoint.size)
      throw new ProblemException(404, 'no-such-event', 'The checkpoint is older than the event.');
    return {
      format: 'flightdeck-inclusion@1',
      event: eventLine(found),
      position: found.index,
      leafHash: base64(reader.leafHash(found.index)),
      path: reader.inclusion(found.index, checkpoint.size).map(base64),
      checkpoint: reader.note(checkpoint),
      key: reader.verifierKey,
    };
  }

  /** That the ledger at one checkpoint begins with the ledger at an earlier one. */
  @Permission('audit:read')
  @Booked('audit-read')
  @Answers(200, consistencySchema)
  @Get('proofs/consistency')
  consistency(
    @Query({ schema: consistencyQuerySchema }) { from, to }: ConsistencyQuery,
  ): ConsistencyResponse {
    const { reader } = this.desk;
    if (from > to) throw new ProblemException(422, 'no-such-range', 'from must not be after to.');
    const [older, newer] = [this.desk.checkpointOf(from), this.desk.checkpointOf(to)];
    return {
      format: 'flightdeck-consistency@1',
      from: checkpointResponse(reader, older),
      to: checkpointResponse(reader, newer),
      path: reader.consistency(from, to).map(base64),
      key: reader.verifierKey,
    };
  }
}

function sizeOf(place: unknown): number | undefined {
  return typeof place === 'number' && Number.isSafeInteger(place) && place >= 0 ? place : undefined;
}
