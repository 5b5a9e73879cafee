import {
  PROJECTION_REBUILDS,
  projectionNameSchema,
  projectionsSchema,
  rebuildSchema,
  type ProjectionRebuilds,
  type ProjectionsResponse,
  type RebuildOutcome,
  type RebuildResponse,
} from '@flightdeck/contracts';
import { Booked, Caller, Permission, ProblemException, type Principal } from '@flightdeck/platform';
import { projectionsNamed } from '@flightdeck/read-models';
import { Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/answers.js';

const NAME = { schema: projectionNameSchema };

/** Which read models serve, and how to change them while reads go on. All projections are built and swapped together. */
@ApiTags('audit')
@Controller('v1/projections')
export class ProjectionsController {
  constructor(@Inject(PROJECTION_REBUILDS) private readonly rebuilds: ProjectionRebuilds) {}

  @Permission('projections:read')
  @Answers(200, projectionsSchema)
  @Get()
  list(): Promise<ProjectionsResponse> {
    return this.rebuilds.status();
  }

  /** Builds the read models anew beside those that serve, compares them, and swaps them. Ask for progress with GET. */
  @Permission('projections:rebuild')
  @Booked('rebuild')
  @Answers(202, rebuildSchema)
  @Post(':name/rebuild')
  async rebuild(@Param('name', NAME) name: string, @Caller() caller: Principal): Promise<RebuildResponse> {
    known(name);
    return begun(await this.rebuilds.rebuild(caller.id));
  }

  /** Goes back to the read models that were kept last, once they have caught up. */
  @Permission('projections:rebuild')
  @Booked('rebuild')
  @Answers(202, rebuildSchema)
  @Post(':name/rollback')
  async rollback(@Param('name', NAME) name: string, @Caller() caller: Principal): Promise<RebuildResponse> {
    known(name);
    return begun(await this.rebuilds.rollback(caller.id));
  }

  /** Stops a rebuild that has not swapped yet. */
  @Permission('projections:rebuild')
  @Booked('rebuild')
  @Answers(204)
  @Delete(':name/rebuild')
  async cancel(@Param('name', NAME) name: string): Promise<void> {
    known(name);
    await this.rebuilds.cancel();
  }
}

function known(name: string): void {
  if (projectionsNamed(name) === undefined)
    throw new ProblemException(404, 'no-such-projection', `There is no projection ${name}.`);
}

function begun(outcome: RebuildOutcome): RebuildResponse {
  if (!outcome.ok) throw new ProblemException(409, outcome.code, outcome.detail);
  return outcome.rebuild;
}
