import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { PROJECTION_REBUILDS } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { CLOCK, LOGGER, type Clock, type Logger } from '@flightdeck/platform';
import {
  FOLD_VERSIONS,
  type FoldVersion,
  type Generation,
  type GenerationShelf,
  READ_MODELS,
  type ReadModels,
} from '@flightdeck/read-models';
import { dynamoDbGenerations } from '@flightdeck/read-models/dynamodb';
import { lmdbShelf } from '@flightdeck/read-models/lmdb-shelf';
import { LiveProjection } from './generations/live-projection.js';
import { Rebuilds } from './generations/rebuilds.js';
import { Served } from './generations/served.js';
import { toServe } from './generations/to-serve.js';
import { ProjectorController } from './projector.controller.js';
import { ProjectorStatus } from './projector-status.js';
import { PROJECTOR } from './projector.tokens.js';

/** Read models in a directory of this machine. */
const EMBEDDED = 'lmdb:';
const SHELF = Symbol('GenerationShelf');

export interface ProjectorModuleOptions {
  /** Where embedded read models are kept; created when missing. Losing it costs a rebuild, nothing else. */
  readonly directory: string;
  /** `lmdb:` (the default), or `dynamodb://<table>`. */
  readonly readModels?: string;
  /** Folds can no longer be committed: the process cannot go on. */
  readonly onFault: (error: unknown) => void;
  /** Rows kept in memory. */
  readonly hotRowsMax?: number;
  /** What this binary folds, the oldest first; what is served is rebuilt to the last. */
  readonly versions?: readonly FoldVersion[];
}

/**
 * The projector and its read models. Needs CLOCK, LOGGER and EVENT_STORE from a global module, and `projectorTransport(app)`
 * connected as a microservice to bring the ledger in.
 */
@Module({})
export class ProjectorModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(PROJECTOR) private readonly projection: LiveProjection,
    @Inject(PROJECTION_REBUILDS) private readonly rebuilds: Rebuilds,
    @Inject(SHELF) private readonly shelf: GenerationShelf,
  ) {}

  static register(options: ProjectorModuleOptions): DynamicModule {
    const { directory, readModels = EMBEDDED, versions = FOLD_VERSIONS } = options;
    return {
      module: ProjectorModule,
      global: true,
      controllers: [ProjectorController],
      providers: [
        {
          provide: SHELF,
          useFactory: () =>
            readModels === EMBEDDED ? lmdbShelf(directory) : dynamoDbGenerations(readModels),
        },
        {
          provide: PROJECTOR,
          inject: [SHELF, CLOCK],
          useFactory: async (shelf: GenerationShelf, clock: Clock) =>
            new LiveProjection(await openServed(shelf, versions, options, clock)),
        },
        {
          provide: PROJECTION_REBUILDS,
          inject: [PROJECTOR, SHELF, EVENT_STORE, CLOCK, LOGGER],
          useFactory: (
            live: LiveProjection,
            shelf: GenerationShelf,
            ledger: EventStore,
            clock: Clock,
            logger: Logger,
          ) =>
            new Rebuilds({
              ...{ live, ledger, shelf, versions, clock, logger, monotonicMs: () => performance.now() },
              open: (generation, version) => openGeneration(shelf, generation, version, options),
            }),
        },
        {
          provide: READ_MODELS,
          inject: [PROJECTOR],
          useFactory: (live: LiveProjection): ReadModels => live.readModels,
        },
        ProjectorStatus,
      ],
      exports: [READ_MODELS, PROJECTOR, PROJECTION_REBUILDS, ProjectorStatus],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.rebuilds.start();
  }

  /** Runs once the transports are closed, so nothing is folded any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.rebuilds.close();
    await this.projection.current.close();
    await this.shelf.close();
  }
}

type Fault = Pick<ProjectorModuleOptions, 'onFault' | 'hotRowsMax'>;

async function openServed(
  shelf: GenerationShelf,
  versions: readonly FoldVersion[],
  options: Fault,
  clock: Clock,
): Promise<Served> {
  await shelf.takeOver();
  const { generation, version } = await toServe(shelf, versions, formatInstant(clock()));
  const served = await openGeneration(shelf, generation, version, options);
  if ((await shelf.read())?.current.name !== generation.name) await shelf.serve(generation);
  return served;
}

async function openGeneration(
  shelf: GenerationShelf,
  generation: Generation,
  version: FoldVersion,
  { onFault, hotRowsMax }: Fault,
): Promise<Served> {
  const options = { onFault, ...(hotRowsMax === undefined ? {} : { hotRowsMax }) };
  return Served.open(shelf.open(generation), version, generation, options);
}
