import { Module, type DynamicModule } from '@nestjs/common';
import { Metrics, PlatformModule, PortsModule } from '@flightdeck/platform';
import { RULES_STATS, RulesModule, type RulesStats } from '../../../rules/src/index.js';
import { connectRules, webhooksModule } from '../app-modules.js';
import { addRulesMetrics } from '../rules-metrics.js';
import { CoreModule } from '../core.module.js';
import { rulesReport } from '../system-snapshot.js';
import { RemoteReadModelsModule } from './remote-read-models.module.js';
import { reportPort } from './reports.js';
import type { OpenService, ServiceContext } from './service-context.js';
import { ServiceDoorModule } from './service-door.module.js';

/** The rules as a process: hears from the projector what moves, decides, and sends commands. */
export function openRulesService(context: ServiceContext): OpenService {
  return {
    module: RulesServiceModule.register(context),
    connect: (app) => connectRules(app, context.onFatal),
  };
}

@Module({})
class RulesServiceModule {
  static register(context: ServiceContext): DynamicModule {
    const { base, config, dataDir, serviceToken, onFatal } = context;
    const rules = RulesModule.register({ onFatal, acknowledgeWithinMs: config.acknowledgeWithinMs });
    return {
      module: RulesServiceModule,
      imports: [
        CoreModule.register(base),
        ServiceDoorModule.register(serviceToken),
        PlatformModule.register(),
        RemoteReadModelsModule.register(context),
        rules,
        webhooksModule({ dataDir, webhooksAllow: config.webhooksAllow, onFatal }),
        PortsModule.register({
          imports: [rules],
          inject: [RULES_STATS, Metrics],
          useFactory: (stats: RulesStats, metrics: Metrics) => {
            metrics.collectDefaults();
            addRulesMetrics(metrics, stats);
            return reportPort(() => rulesReport(stats));
          },
        }),
      ],
    };
  }
}
