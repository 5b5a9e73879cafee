import {
  ledgerCheckSchema,
  ledgerRangeQuerySchema,
  type LedgerCheckResponse,
  type LedgerRangeQuery,
} from '@flightdeck/contracts';
import { Booked, LOGGER, Permission, type Logger } from '@flightdeck/platform';
import { bundleOf, checkLedger, tarOf } from '@flightdeck/proof';
import { Controller, Get, Inject, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { Answers } from '../http/answers.js';
import { ProofDesk } from './proof-desk.js';

/** Events that are hashed again for one request; it goes on to the checkpoint after them. */
const CHECKED_MAX = 20_000;

@ApiTags('audit')
@Controller('v1/audit')
export class ExportController {
  constructor(
    @Inject(ProofDesk) private readonly desk: ProofDesk,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A bundle that an auditor checks without this system: events, proofs, checkpoints, key and manifest in a tar archive. */
  @Permission('audit:export')
  @Booked('export')
  @ApiProduces('application/x-tar')
  @Answers(200)
  @Get('export')
  export(@Query({ schema: ledgerRangeQuerySchema }) query: LedgerRangeQuery): StreamableFile {
    const range = this.desk.range(query);
    const archive = Readable.from(tarOf(bundleOf(this.desk.ledger, this.desk.reader, range)));
    archive.on('error', (error) => {
      this.logger.error({ err: error }, 'An export ended before its end.');
    });
    const disposition = `attachment; filename="flightdeck-${range.from}-${range.to}.tar"`;
    return new StreamableFile(archive, { type: 'application/x-tar', disposition });
  }

  /** Hashes events of the ledger once more and holds them against what was signed; names each that was touched. */
  @Permission('audit:read')
  @Booked('audit-read', { oncePerMinute: true })
  @Answers(200, ledgerCheckSchema)
  @Get('verification')
  async verification(
    @Query({ schema: ledgerRangeQuerySchema }) query: LedgerRangeQuery,
  ): Promise<LedgerCheckResponse> {
    const { ledger, reader } = this.desk;
    const { from, to: asked, checkpoint } = this.desk.range(query);
    const to = reader.covering(Math.min(asked, from + CHECKED_MAX))?.size ?? checkpoint.size;
    const faults = await checkLedger(ledger, reader, from, to);
    return {
      ...{ from, to, size: checkpoint.size, sound: faults.length === 0 },
      faults: faults.map(({ kind, index, stream, revision, detail }) => ({
        ...{ kind, position: index, stream: stream ?? null, revision: revision ?? null, detail },
      })),
    };
  }
}
