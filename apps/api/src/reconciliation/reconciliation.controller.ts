import {
  closedPeriodSchema,
  closedPeriodsSchema,
  compareInvoiceSchema,
  idSchema,
  invoiceComparisonSchema,
  periodSchema,
  reconciliationSchema,
  type ClosedPeriodResponse,
  type CompareInvoiceRequest,
  type InvoiceComparisonResponse,
  type PeriodQuery,
  type ReconciliationResponse,
} from '@flightdeck/contracts';
import { Booked, Caller, Permission, type Principal } from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Answers } from '../http/answers.js';
import { ReconciliationDesk } from './reconciliation-desk.js';

const ID = { schema: idSchema };

/** A campaign's days as money: what was counted, what was left out and why, and when it was closed. */
@ApiTags('audit')
@Controller('v1/audit/campaigns')
export class ReconciliationController {
  constructor(@Inject(ReconciliationDesk) private readonly desk: ReconciliationDesk) {}

  @Permission('audit:reconcile')
  @Booked('reconciliation')
  @Answers(200, reconciliationSchema)
  @Get(':campaignId/reconciliation')
  read(
    @Param('campaignId', ID) campaignId: string,
    @Query({ schema: periodSchema }) period: PeriodQuery,
    @Req() request: FastifyRequest,
  ): Promise<ReconciliationResponse> {
    return this.desk.of(campaignId, period, request.signal);
  }

  /** Against an invoice or a platform's report; nothing is kept of it. */
  @Permission('audit:reconcile')
  @Booked('reconciliation', { body: ['from', 'to'] })
  @Answers(200, invoiceComparisonSchema)
  @Post(':campaignId/reconciliation')
  compare(
    @Param('campaignId', ID) campaignId: string,
    @Body({ schema: compareInvoiceSchema }) body: CompareInvoiceRequest,
    @Req() request: FastifyRequest,
  ): Promise<InvoiceComparisonResponse> {
    return this.desk.compare(campaignId, body, request.signal);
  }

  /** Each with whether the ledger still comes to the same figures. */
  @Permission('audit:reconcile')
  @Booked('reconciliation')
  @Answers(200, closedPeriodsSchema)
  @Get(':campaignId/periods')
  async closed(
    @Param('campaignId', ID) campaignId: string,
    @Req() request: FastifyRequest,
  ): Promise<{ items: ClosedPeriodResponse[] }> {
    return { items: [...(await this.desk.closed(campaignId, request.signal))] };
  }

  /** Closing a closed period again changes nothing. */
  @Permission('periods:close')
  @Booked('period-close', { body: ['from', 'to'] })
  @Answers(200, closedPeriodSchema)
  @Post(':campaignId/periods')
  close(
    @Param('campaignId', ID) campaignId: string,
    @Body({ schema: periodSchema }) period: PeriodQuery,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
  ): Promise<ClosedPeriodResponse> {
    return this.desk.close(campaignId, period, caller.id, request.signal);
  }
}
