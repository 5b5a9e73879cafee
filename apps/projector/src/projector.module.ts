import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import {
  Projector,
  projectedReadModels,
  READ_MODELS,
  READ_MODEL_STORE,
  type ReadModelStore,
} from '@flightdeck/read-models';
import { dynamoDbReadModels } from '@flightdeck/read-models/dynamodb';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { ProjectorController } from './projector.controller.js';
import { ProjectorStatus } from './projector-status.js';
import { PROJECTOR } from './projector.tokens.js';

/** Read models in a directory of this machine. */
const EMBEDDED = 'lmdb:';

export interface ProjectorModuleOptions {
  /** Where embedded read models are kept; created when missing. Losing it costs a rebuild, nothing else. */
  readonly directory: string;
  /** `lmdb:` (the default), or `dynamodb://<table>`. */
  readonly readModels?: string;
  /** Folds can no longer be committed: the process cannot go on. */
  readonly onFault: (error: unknown) => void;
  /** Rows kept in memory. */
  readonly hotRowsMax?: number;
}

/**
 * The projector and its read models. Needs CLOCK from a global module, and `projectorTransport(app)` connected as a
 * microservice to bring the ledger in.
 */
@Module({})
export class ProjectorModule implements OnApplicationShutdown {
  constructor(
    @Inject(PROJECTOR) private readonly projector: Projector,
    @Inject(READ_MODEL_STORE) private readonly store: ReadModelStore,
  ) {}

  static register({
    directory,
    readModels = EMBEDDED,
    onFault,
    hotRowsMax,
  }: ProjectorModuleOptions): DynamicModule {
    return {
      module: ProjectorModule,
      global: true,
      controllers: [ProjectorController],
      providers: [
        {
          provide: READ_MODEL_STORE,
          useFactory: () =>
            readModels === EMBEDDED ? lmdbReadModels(directory) : dynamoDbReadModels(readModels),
        },
        {
          provide: PROJECTOR,
          inject: [READ_MODEL_STORE],
          useFactory: (store: ReadModelStore) =>
            Projector.open(store, { onFault, ...(hotRowsMax === undefined ? {} : { hotRowsMax }) }),
        },
        { provide: READ_MODELS, inject: [PROJECTOR], useFactory: projectedReadModels },
        ProjectorStatus,
      ],
      exports: [READ_MODELS, PROJECTOR, ProjectorStatus],
    };
  }

  /** Runs once the transports are closed, so nothing is folded any more. */
  async onApplicationShutdown(): Promise<void> {
    try {
      await this.projector.close();
    } finally {
      await this.store.close();
    }
  }
}
