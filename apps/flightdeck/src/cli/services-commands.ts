import { Argument, Command } from 'commander';
import { parseEnvironment } from '@flightdeck/platform';
import type { Config } from '../config.js';
import { runService } from '../services/run-service.js';
import {
  peersSchema,
  SERVICE_NAMES,
  servicePortsSchema,
  type ServiceName,
} from '../services/service-config.js';
import { READY } from '../supervisor/child.js';
import { runServices } from '../supervisor/run-services.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `services`: each part in a process of its own, kept alive until SIGTERM. */
export function servicesCommand(config: () => Config, environment: Environment): Command {
  return new Command('services')
    .description('serve Flightdeck as processes: ledger, ingest, projector, rules, api')
    .option('--json', 'print one JSON line once ready')
    .action(async ({ json }: { readonly json?: true }) => {
      const startedAt = performance.now();
      const services = await runServices({
        config: config(),
        peers: parseEnvironment(peersSchema, environment),
        ports: parseEnvironment(servicePortsSchema, environment),
        environment,
        write: (line) => process.stderr.write(`${line}\n`),
        exit: (code) => process.exit(code),
      });
      const { url, dataDir, eventStore } = services;
      const readyMs = Math.round(performance.now() - startedAt);
      const adminTokenFile = `${dataDir}/admin-token`;
      const sentences = `Flightdeck is ready on ${url} (${readyMs} ms), ledger ${withoutPassword(eventStore)}\n  admin token  ${adminTokenFile}`;
      process.stdout.write(
        `${json === true ? JSON.stringify({ event: 'ready', url, adminTokenFile, readyMs }) : sentences}\n`,
      );
    });
}

/** `service <name>`: one of them in this process, for a supervisor or an orchestrator. */
export function serviceCommand(config: () => Config, environment: Environment): Command {
  return new Command('service')
    .description('run one service in this process, for an orchestrator')
    .addArgument(new Argument('<name>', 'which').choices(SERVICE_NAMES))
    .action(async (name: ServiceName) => {
      const { url } = await runService(name, config(), parseEnvironment(peersSchema, environment));
      process.stdout.write(`${READY}${url}\n`);
    });
}

/** A connection string as it may be shown: `esdb://user:password@host` without what stands before the @. */
function withoutPassword(connectionString: string): string {
  return connectionString.replace(/\/\/[^@/]*@/u, '//');
}
