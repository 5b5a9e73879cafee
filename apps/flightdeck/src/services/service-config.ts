import { z } from 'zod';

/** The processes of Flightdeck beside the ledger, in the order in which they are told to stop. */
export const SERVICE_NAMES = ['api', 'ingest', 'rules', 'projector'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

const port = (byDefault: number) => z.coerce.number().int().min(0).max(65_535).default(byDefault);
const url = (byDefault: string) => z.url({ protocol: /^http$/u }).default(byDefault);

/** Ports unless configured; the API's is FLIGHTDECK_PORT. */
const PORTS = { ledger: 2113, ledgerHealth: 2114, ingest: 8081, projector: 8082, rules: 8083 } as const;

/** How the processes of one Flightdeck find and know each other. */
export const peersSchema = z
  .object({
    FLIGHTDECK_INGEST_URL: url(`http://127.0.0.1:${PORTS.ingest}`),
    FLIGHTDECK_PROJECTOR_URL: url(`http://127.0.0.1:${PORTS.projector}`),
    FLIGHTDECK_RULES_URL: url(`http://127.0.0.1:${PORTS.rules}`),
    FLIGHTDECK_SERVICE_TOKEN: z.string().min(32, 'must have at least 32 characters').optional(),
  })
  .transform((environment) => ({
    urls: {
      ingest: environment.FLIGHTDECK_INGEST_URL,
      projector: environment.FLIGHTDECK_PROJECTOR_URL,
      rules: environment.FLIGHTDECK_RULES_URL,
    },
    /** Opens the ports of each process to the others; the secret of the data directory unless configured. */
    serviceToken: environment.FLIGHTDECK_SERVICE_TOKEN,
  }));
export type Peers = Readonly<z.output<typeof peersSchema>>;

/** Where the supervisor lets each process listen; 0 takes a free port. */
export const servicePortsSchema = z
  .object({
    FLIGHTDECK_LEDGER_PORT: port(PORTS.ledger),
    FLIGHTDECK_LEDGER_HEALTH_PORT: port(PORTS.ledgerHealth),
    FLIGHTDECK_INGEST_PORT: port(PORTS.ingest),
    FLIGHTDECK_PROJECTOR_PORT: port(PORTS.projector),
    FLIGHTDECK_RULES_PORT: port(PORTS.rules),
  })
  .transform((environment) => ({
    ledger: environment.FLIGHTDECK_LEDGER_PORT,
    ledgerHealth: environment.FLIGHTDECK_LEDGER_HEALTH_PORT,
    ingest: environment.FLIGHTDECK_INGEST_PORT,
    projector: environment.FLIGHTDECK_PROJECTOR_PORT,
    rules: environment.FLIGHTDECK_RULES_PORT,
  }));
export type ServicePorts = Readonly<z.output<typeof servicePortsSchema>>;
