import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, Metrics, type Logger } from '@flightdeck/platform';
import { LogReader, PROOF_LOG, seedSigner, type ProofLog } from '@flightdeck/proof';
import type { KeeperSettings } from './messages.js';
import { ProofKeeper } from './proof-keeper.js';

/** What the composition decides. */
export interface ProofOptions extends KeeperSettings {
  /** The built worker (`dist/apps/proof/keeper.js`). */
  readonly workerUrl: URL;
  readonly onFatal: (error: Error) => void;
}

/** Keeps the proof log of the process's ledger and hands it to the other modules. Needs LOGGER and Metrics from global modules. */
@Module({})
export class ProofModule implements OnApplicationShutdown {
  constructor(
    @Inject(ProofKeeper) private readonly keeper: ProofKeeper,
    @Inject(PROOF_LOG) private readonly log: ProofLog,
  ) {}

  static register({ workerUrl, onFatal, ...settings }: ProofOptions): DynamicModule {
    return {
      module: ProofModule,
      global: true,
      providers: [
        {
          provide: ProofKeeper,
          inject: [LOGGER],
          useFactory: (logger: Logger) =>
            new ProofKeeper(workerUrl, settings, {
              onTrouble: (sentence, about) => logger.error(about, sentence),
              onFatal,
            }),
        },
        {
          provide: PROOF_LOG,
          inject: [ProofKeeper, Metrics],
          useFactory: async (keeper: ProofKeeper, metrics: Metrics): Promise<ProofLog> => {
            const publicKey = await seedSigner(settings.seed).publicKey();
            const reader = new LogReader(settings.directory, { name: settings.origin, publicKey });
            metrics.gauge(
              'flightdeck_proof_events',
              'Events that the newest checkpoint is over.',
              () => reader.latest()?.size ?? 0,
            );
            metrics.gauge('flightdeck_proof_broken', '1 when the ledger is not as it was signed.', () =>
              keeper.state().kind === 'broken' ? 1 : 0,
            );
            return { reader, state: () => keeper.state() };
          },
        },
      ],
      exports: [PROOF_LOG],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.keeper.stop();
    this.log.reader.close();
  }
}
