import { Module, type DynamicModule } from '@nestjs/common';
import { REDRIVE, SYSTEM_PROBE, type SystemProbe } from '@flightdeck/contracts';
import type { OpenAdLedger } from '@flightdeck/ledger';
import { Metrics } from '@flightdeck/platform';
import { READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import { IngestService, Redrive } from '../../ingest/src/index.js';
import { ProjectorStatus } from '../../projector/src/index.js';
import { RULES_STATS, type RulesStats } from '../../rules/src/index.js';
import { addLedgerMetrics } from './ledger-metrics.js';
import { addRulesMetrics } from './rules-metrics.js';
import { ingestReport, projectorReport, rulesReport, systemSnapshot } from './system-snapshot.js';

const LEDGER_METRICS = Symbol('LedgerMetrics');

/** What the apps ask of each other without knowing each other: the redrive of quarantined records, and how everybody is. */
@Module({})
export class SystemModule {
  static register(ledger: OpenAdLedger, imports: DynamicModule[]): DynamicModule {
    return {
      module: SystemModule,
      imports,
      global: true,
      providers: [
        { provide: REDRIVE, inject: [Redrive], useFactory: (redrive: Redrive) => redrive },
        {
          provide: SYSTEM_PROBE,
          inject: [IngestService, READ_MODELS, ProjectorStatus, RULES_STATS],
          useFactory: (
            ingest: IngestService,
            readModels: ReadModels,
            projector: ProjectorStatus,
            rules: RulesStats,
          ): SystemProbe => ({
            snapshot: async () =>
              systemSnapshot({
                ingest: ingestReport(ledger, ingest),
                projector: projectorReport(projector, await readModels.quality()),
                rules: rulesReport(rules),
              }),
          }),
        },
        {
          provide: LEDGER_METRICS,
          inject: [Metrics, RULES_STATS],
          useFactory: (metrics: Metrics, rules: RulesStats) => {
            metrics.collectDefaults();
            addLedgerMetrics(metrics, ledger);
            addRulesMetrics(metrics, rules);
            return metrics;
          },
        },
      ],
      exports: [REDRIVE, SYSTEM_PROBE],
    };
  }
}
