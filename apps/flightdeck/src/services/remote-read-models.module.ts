import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PROJECTION_REBUILDS } from '@flightdeck/contracts';
import { Health } from '@flightdeck/platform';
import { READ_MODELS } from '@flightdeck/read-models';
import { remoteRebuilds } from './rebuilds-port.js';
import { RemoteReadModels } from './remote-read-models.js';
import { peerClient, type ServiceContext } from './service-context.js';

/** The projector's read models for a process that is not the projector; ready once they are heard and have caught up. */
@Module({})
export class RemoteReadModelsModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(READ_MODELS) private readonly readModels: RemoteReadModels,
    @Inject(Health) private readonly health: Health,
  ) {}

  static register(context: ServiceContext): DynamicModule {
    const projector = peerClient(context, 'projector');
    const readModels = new RemoteReadModels(projector, context.base.logger);
    return {
      module: RemoteReadModelsModule,
      global: true,
      providers: [
        { provide: READ_MODELS, useValue: readModels },
        { provide: PROJECTION_REBUILDS, useValue: remoteRebuilds(projector) },
      ],
      exports: [READ_MODELS, PROJECTION_REBUILDS],
    };
  }

  onModuleInit(): void {
    this.health.register('projections', () =>
      this.readModels.progress().caughtUp
        ? { ready: true }
        : { ready: false, detail: 'The projector is not heard, or is catching up.' },
    );
    this.readModels.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.readModels.stop();
  }
}
