import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { awsClientConfig, awsConnection } from '@flightdeck/aws';
import type { CommandDetail } from '@flightdeck/domain';
import type { CommandBus, Delivery } from '../command-bus.js';
import { withCircuit } from '../delivery/circuit.js';
import {
  publishInOrder,
  type DeliveryEnvironment,
  type DeliveryLimits,
  type Parcel,
} from '../delivery/publish-in-order.js';

/** Domain.md §8: who says so on the bus. */
export const SOURCE = 'flightdeck.rules';
/** PutEvents: at most 10 entries, together under 1 MB (EventBridge User Guide, "Calculating PutEvents event entry size"). */
export const LIMITS: DeliveryLimits = {
  ...{ entriesMax: 10, bytesMax: 1_000_000, roundsMax: 3, backoffFirstMs: 50, backoffMaxMs: 1_000 },
};
/** What the timestamp of an entry counts as. */
const TIME_BYTES = 14;
/** Error codes of an entry after which another try may help. */
const RETRYABLE = new Set(['ThrottlingException', 'InternalFailure', 'InternalException']);

export interface EventBridgeOptions extends DeliveryEnvironment {
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number;
}

/** An EventBridge bus and how to let go of its connections. */
export interface EventBridgeBus extends CommandBus {
  close(): void;
}

/**
 * Commands to an Amazon EventBridge bus: `eventbridge://<bus>?region=…&endpoint=…`. A partial failure comes back with HTTP 200,
 * so every entry is looked at; only what failed is sent again. @throws {BadAddress} for an address that is none.
 */
export function eventBridgeBus(url: string, options: EventBridgeOptions): EventBridgeBus {
  const connection = awsConnection(url, 'eventbridge');
  const client = new EventBridgeClient(awsClientConfig(connection, options.callMsMax));
  const send = withCircuit<PutEventsRequestEntry>((parcels) => put(client, parcels), options.monotonicMs);
  return {
    name: `eventbridge://${connection.name}`,
    publish: async (commands) => {
      const parcels = commands.map((command) => parcelOf(command, connection.name));
      const fitting = parcels.filter(({ bytes }) => bytes < LIMITS.bytesMax);
      const answers = await publishInOrder(fitting, send, LIMITS, options);
      return parcels.map((parcel) => answers[fitting.indexOf(parcel)] ?? TOO_LARGE);
    },
    close: () => client.destroy(),
  };
}

const TOO_LARGE: Delivery = {
  delivered: false,
  error: `The command is larger than an EventBridge entry may be (${LIMITS.bytesMax} bytes).`,
  retryable: false,
};

async function put(
  client: EventBridgeClient,
  parcels: readonly Parcel<PutEventsRequestEntry>[],
): Promise<readonly Delivery[]> {
  const answer = await client.send(new PutEventsCommand({ Entries: parcels.map(({ entry }) => entry) }));
  const entries = answer.Entries ?? [];
  if (entries.length !== parcels.length)
    throw new Error(`EventBridge answered ${entries.length} of ${parcels.length} entries.`);
  return entries.map(deliveryOf);
}

function deliveryOf({ EventId, ErrorCode, ErrorMessage }: PutEventsResultEntry): Delivery {
  if (ErrorCode === undefined && EventId !== undefined) return { delivered: true };
  const code = ErrorCode ?? 'no event id';
  return { delivered: false, error: `${code}: ${ErrorMessage ?? ''}`, retryable: RETRYABLE.has(code) };
}

function parcelOf(command: CommandDetail, bus: string): Parcel<PutEventsRequestEntry> {
  const detail = JSON.stringify(command);
  const entry: PutEventsRequestEntry = {
    EventBusName: bus,
    Source: SOURCE,
    DetailType: command.command,
    Detail: detail,
    Time: new Date(command.issuedAt),
  };
  const bytes =
    TIME_BYTES + Buffer.byteLength(SOURCE) + Buffer.byteLength(command.command) + Buffer.byteLength(detail);
  return { command, entry, bytes };
}
