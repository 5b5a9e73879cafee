import { Module, type DynamicModule } from '@nestjs/common';
import type { Approvals } from '@flightdeck/domain';
import { PlatformModule } from '@flightdeck/platform';
import { RulesModule } from '../../rules/src/index.js';
import { apiModule, ingestModule, projectorModule, proofModule, webhooksModule } from './app-modules.js';
import type { OnFatal } from './fatal.js';
import type { Config } from './config.js';
import { CoreModule, type Core } from './core.module.js';
import type { Stream } from './stream.module.js';
import { SystemModule } from './system.module.js';

export interface FlightdeckOptions {
  readonly dataDir: string;
  readonly adminToken: string;
  readonly ingestWorkers: number;
  readonly stream: Stream;
  readonly approvals: Approvals;
  readonly readModels: string;
  readonly eventStore: string;
  readonly anchors: readonly string[];
  readonly legalHold: boolean;
  readonly acknowledgeWithinMs: number;
  readonly webhooksAllow: readonly string[];
  readonly oidc: Config['oidc'];
  readonly onFatal: OnFatal;
}

/** The four apps in one process over one core. */
@Module({})
export class FlightdeckModule {
  static register(core: Core, options: FlightdeckOptions): DynamicModule {
    const { dataDir, adminToken, approvals, oidc, legalHold, onFatal, acknowledgeWithinMs } = options;
    const ingest = ingestModule(core, options);
    const rules = RulesModule.register({ onFatal, acknowledgeWithinMs });
    const { partitions, ledgerId } = core.ledger;
    return {
      module: FlightdeckModule,
      imports: [
        CoreModule.register(core),
        PlatformModule.register(),
        projectorModule(core, options),
        ingest,
        rules,
        webhooksModule(options),
        proofModule(core, { ...options, ledgerId }),
        SystemModule.register(core.ledger, [ingest, rules]),
        apiModule(core, { dataDir, adminToken, approvals, oidc, legalHold, partitions, onFatal }),
      ],
    };
  }
}
