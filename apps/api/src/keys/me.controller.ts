import { meSchema, PERMISSIONS, ROLES, type MeResponse } from '@flightdeck/contracts';
import { Caller, Permission, type Principal } from '@flightdeck/platform';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Answers } from '../http/answers.js';

@ApiTags('keys')
@Controller('v1/me')
export class MeController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** Whom the token stands for, and what it may do. */
  @Permission('self:read')
  @Answers(200, meSchema)
  @Get()
  read(@Caller() { id, role, person, permissions }: Principal): MeResponse {
    const known = ROLES.find((name) => name === role);
    if (known === undefined) throw new Error(`The role ${role} is not one of ours.`);
    return {
      ...{ id, role: known, person: person ?? null },
      permissions: PERMISSIONS.filter((permission) => permissions.includes(permission)),
      approvals: this.options.approvals,
      version: this.options.version,
    };
  }
}
