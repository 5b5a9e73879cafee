import { SYSTEM_PROBE, systemSchema, type SystemProbe, type SystemResponse } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { CLOCK, Permission, type Clock } from '@flightdeck/platform';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Answers } from '../http/answers.js';
import { StreamClients } from '../stream/stream-clients.js';

@ApiTags('system')
@Controller('v1/system')
export class SystemController {
  private readonly startedAt: string;

  constructor(
    @Inject(SYSTEM_PROBE) private readonly probe: SystemProbe,
    @Inject(StreamClients) private readonly clients: StreamClients,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.startedAt = formatInstant(clock());
  }

  /** How the process does, part by part, each from memory. */
  @Permission('system:read')
  @Answers(200, systemSchema)
  @Get()
  async read(): Promise<SystemResponse> {
    const { rss, heapUsed } = process.memoryUsage();
    return {
      asOf: formatInstant(this.clock()),
      version: this.options.version,
      startedAt: this.startedAt,
      ...(await this.probe.snapshot()),
      stream: { clients: this.clients.count, clientsMax: this.clients.max },
      memory: { rssBytes: rss, heapUsedBytes: heapUsed },
    };
  }
}
