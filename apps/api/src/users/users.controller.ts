import {
  encodeJson,
  eraseQuerySchema,
  erasureSchema,
  USER_DATA_ERASED,
  USER_ERASURES_STREAM,
  userIdSchema,
  type ErasureResponse,
  type EraseQuery,
  type UserDataErased,
} from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { UserKeyFile } from '@flightdeck/ledger';
import {
  Booked,
  Caller,
  CLOCK,
  Permission,
  ProblemException,
  type Clock,
  type Principal,
} from '@flightdeck/platform';
import { Controller, Delete, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Answers } from '../http/answers.js';

@ApiTags('users')
@Controller('v1/users')
export class UsersController {
  private readonly keys: UserKeyFile;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    const { directory, name } = options.userKeys;
    this.keys = UserKeyFile.open(directory, name);
  }

  /**
   * Destroys the key that links a person to a pseudonym. The events stay, and so do their proofs; they are about nobody now. When the
   * person comes again, it is under a fresh pseudonym. Repeated, it destroys that one.
   */
  @Permission('users:erase')
  @Booked('erasure', { hidden: ['userId'] })
  @Answers(200, erasureSchema)
  @Delete(':userId/data')
  async erase(
    @Param('userId', { schema: userIdSchema }) userId: string,
    @Query({ schema: eraseQuerySchema }) { reason }: EraseQuery,
    @Caller() caller: Principal,
  ): Promise<ErasureResponse> {
    if (this.options.legalHold)
      throw new ProblemException(409, 'legal-hold', 'Nothing is erased while a legal hold is in force.');
    const pseudonym = this.keys.destroy(userId);
    // Recorded after it is so: an answer that never comes is asked for again, and a record of what did not happen would stay.
    const at = formatInstant(this.clock());
    const erased: UserDataErased = {
      ...{ pseudonym, actor: caller.id, at },
      ...(reason === undefined ? {} : { reason }),
    };
    const event = { id: randomUUID(), type: USER_DATA_ERASED };
    const body = { data: encodeJson(erased), metadata: encodeJson({ actor: caller.id }) };
    await this.store.append(USER_ERASURES_STREAM, [{ ...event, ...body }], 'any');
    return { pseudonym, erasedAt: at };
  }
}
