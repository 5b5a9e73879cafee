import { COMMAND_NAMES, commandDetailSchema, instantSchema, WEBHOOK_SOURCES } from '@flightdeck/contracts';
import { z } from 'zod';
import { componentOf, type JsonSchema } from './zod-schema.js';

/** What `x` is in a document of AsyncAPI. */
type Node = Readonly<Record<string, unknown>>;

const commandEventSchema = z
  .object({
    source: z.literal('flightdeck.rules'),
    'detail-type': z.enum(COMMAND_NAMES),
    time: instantSchema,
    detail: commandDetailSchema,
  })
  .meta({ id: 'CommandEvent', description: 'What EventBridge hands to a target, beside its own members.' });

const webhookEnvelopeSchema = z
  .object({
    version: z.literal('0'),
    id: z.string().meta({ description: 'Of the event in the ledger; the same for every webhook.' }),
    source: z.enum(WEBHOOK_SOURCES),
    'detail-type': z.string().meta({ description: 'The name of the command, or the type of the event.' }),
    time: instantSchema,
    resources: z.array(z.string()),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'WebhookEnvelope' });

const webhookHeaders = z
  .object({
    'webhook-id': z.string().meta({ description: 'The same at every try: de-duplicate on it.' }),
    'webhook-timestamp': z.string().meta({ description: 'Seconds since 1970.' }),
    'webhook-signature': z.string().meta({ description: 'Standard Webhooks, `v1,<base64>`, one or two.' }),
  })
  .meta({ id: 'WebhookHeaders' });

/** The AsyncAPI 3.0 document of what Flightdeck sends of its own accord, made from the schemas of the wire. */
export function asyncApiDocument(version: string): Node {
  const payloads = {
    CommandOnBus: commandEventSchema,
    CommandOnTopic: commandDetailSchema,
    WebhookPost: webhookEnvelopeSchema,
  };
  const channels = {
    commandBus: channel(
      'CommandOnBus',
      'The Amazon EventBridge bus of FLIGHTDECK_BUS. A rule matches `source` and `detail-type`.',
    ),
    commandTopic: channel(
      'CommandOnTopic',
      'The Amazon SNS topic of FLIGHTDECK_BUS. A FIFO topic has a message group for each campaign.',
    ),
    webhooks: channel('WebhookPost', 'The URL of each webhook whose pattern matches.'),
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Flightdeck',
      version,
      description:
        'What Flightdeck sends. Commands come at least once and in order for each campaign: de-duplicate on `commandId`, ignore what is expired or not above the last `sequence`, and acknowledge with POST /v1/commands/{commandId}/ack.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels,
    operations: Object.fromEntries(Object.keys(channels).map((name) => [`sendTo_${name}`, sends(name)])),
    components: {
      messages: Object.fromEntries(
        Object.entries(payloads).map(([name, schema]) => [name, message(name, schema)]),
      ),
      schemas: schemasOf([...Object.values(payloads), webhookHeaders]),
    },
  };
}

function channel(messageName: string, description: string): Node {
  return {
    address: null, // the operator's: a bus, a topic, the URL of a webhook
    description,
    messages: { [messageName]: { $ref: `#/components/messages/${messageName}` } },
  };
}

function sends(channelName: string): Node {
  return { action: 'send', channel: { $ref: `#/channels/${channelName}` } };
}

function message(name: string, payload: z.ZodType): Node {
  return {
    name,
    payload: referenceTo(payload),
    ...(payload === webhookEnvelopeSchema ? { headers: referenceTo(webhookHeaders) } : {}),
  };
}

function referenceTo(schema: z.ZodType): Node {
  return { $ref: `#/components/schemas/${nameOf(schema)}` };
}

/** Each schema under its name, and those that it needs. */
function schemasOf(schemas: readonly z.ZodType[]): Node {
  const components = schemas.map((schema) => componentOf(schema, 'output')?.components);
  return Object.assign({}, ...components) as Record<string, JsonSchema>;
}

function nameOf(schema: z.ZodType): string {
  return z.globalRegistry.get(schema)?.id ?? '';
}
