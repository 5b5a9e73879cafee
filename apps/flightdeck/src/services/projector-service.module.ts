import { Module, type DynamicModule } from '@nestjs/common';
import { PROJECTION_REBUILDS, type ProjectionRebuilds } from '@flightdeck/contracts';
import { Metrics, PlatformModule, PortsModule } from '@flightdeck/platform';
import { READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import { ProjectorStatus, projectorTransport } from '../../../projector/src/index.js';
import { projectorModule } from '../app-modules.js';
import { CoreModule } from '../core.module.js';
import { projectorReport } from '../system-snapshot.js';
import { READ_MODELS_PORT, readModelsPort } from './read-models-port.js';
import { REBUILDS_PORT, rebuildsPort } from './rebuilds-port.js';
import { reportPort } from './reports.js';
import type { OpenService, ServiceContext } from './service-context.js';
import { ServiceDoorModule } from './service-door.module.js';

/** The projector as a process: folds the ledger, and answers the others from what it has folded. */
export function openProjectorService(context: ServiceContext): OpenService {
  return {
    module: ProjectorServiceModule.register(context),
    connect: (app) => {
      app.connectMicroservice({ strategy: projectorTransport(app, context.onFatal) });
    },
  };
}

@Module({})
class ProjectorServiceModule {
  static register({ base, config, serviceToken, onFatal }: ServiceContext): DynamicModule {
    return {
      module: ProjectorServiceModule,
      imports: [
        CoreModule.register(base),
        ServiceDoorModule.register(serviceToken),
        PlatformModule.register(),
        projectorModule(base, { readModels: config.readModels, onFatal }),
        PortsModule.register({
          inject: [READ_MODELS, ProjectorStatus, Metrics, PROJECTION_REBUILDS],
          useFactory: (
            readModels: ReadModels,
            status: ProjectorStatus,
            metrics: Metrics,
            rebuilds: ProjectionRebuilds,
          ) => {
            metrics.collectDefaults();
            return {
              [READ_MODELS_PORT]: readModelsPort(readModels),
              [REBUILDS_PORT]: rebuildsPort(rebuilds),
              ...reportPort(async () => projectorReport(status, await readModels.quality())),
            };
          },
        }),
      ],
    };
  }
}
