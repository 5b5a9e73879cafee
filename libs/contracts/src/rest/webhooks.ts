import { BadPattern, compilePattern } from '@flightdeck/domain';
import { z } from 'zod';
import { instantSchema, nameSchema, pageQuery, pageSchema } from './primitives.js';

const URL_LENGTH_MAX = 2_048;
/** Of the pattern's JSON, as EventBridge has it. */
export const PATTERN_LENGTH_MAX = 4_096;

const targetSchema = z
  .url()
  .max(URL_LENGTH_MAX)
  .superRefine((text, context) => {
    if (!URL.canParse(text)) return; // said already
    const { protocol, username, password, hash } = new URL(text);
    if (protocol !== 'https:' && protocol !== 'http:')
      context.addIssue({
        code: 'custom',
        message: 'must begin with https:// (http:// only reaches allowed addresses)',
      });
    if (username !== '' || password !== '')
      context.addIssue({
        code: 'custom',
        message: 'must hold no user and no password; verify the signature instead',
      });
    if (hash !== '') context.addIssue({ code: 'custom', message: 'must have no fragment' });
  })
  .meta({ examples: ['https://campaigns.example.com/hooks/flightdeck'] });

const patternSchema = z
  .record(z.string(), z.unknown())
  .superRefine((pattern, context) => {
    try {
      if (JSON.stringify(pattern).length > PATTERN_LENGTH_MAX)
        throw new BadPattern('', `is longer than ${PATTERN_LENGTH_MAX} characters`);
      compilePattern(pattern);
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error;
      context.addIssue({ code: 'custom', path: pathOf(error.pointer), message: error.detail });
    }
  })
  .meta({
    description:
      'Which events are sent: an event pattern as Amazon EventBridge has it (prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr, $or).',
    examples: [{ source: ['flightdeck.rules'], detail: { severity: ['critical'] } }],
  });

export const createWebhookSchema = z
  .strictObject({ url: targetSchema, pattern: patternSchema, description: nameSchema.optional() })
  .meta({ id: 'CreateWebhook' });
export type CreateWebhookRequest = z.output<typeof createWebhookSchema>;

export const webhookSchema = z
  .object({
    webhookId: z.string(),
    url: z.string(),
    pattern: z.record(z.string(), z.unknown()),
    description: z.string().nullable(),
    createdAt: instantSchema,
    createdBy: z.string(),
    generation: z
      .int()
      .meta({ description: 'Of its secret; the one before signs too for a day after a rotation.' }),
    rotatedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Webhook' });
export type WebhookResponse = z.output<typeof webhookSchema>;

export const createdWebhookSchema = z
  .object({
    ...webhookSchema.shape,
    secret: z.string().nullable().meta({
      description:
        'Standard Webhooks secret (whsec_…). Shown this once; null in a replay of the same Idempotency-Key.',
    }),
  })
  .meta({ id: 'CreatedWebhook' });
export type CreatedWebhookResponse = z.output<typeof createdWebhookSchema>;

export const webhookPageSchema = pageSchema(webhookSchema).meta({ id: 'WebhookPage' });

export const DELIVERY_STATES = ['delivered', 'waiting', 'dead'] as const;

export const deliverySchema = z
  .object({
    deliveryId: z.string().meta({ description: 'The webhook-id header, the same at every try.' }),
    state: z.enum(DELIVERY_STATES),
    detailType: z.string(),
    source: z.object({ stream: z.string(), revision: z.int() }),
    attempts: z.int(),
    lastAt: instantSchema,
    status: z
      .int()
      .nullable()
      .meta({ description: 'HTTP status of the last try; null when there was no answer.' }),
    error: z.string().nullable(),
    nextAt: instantSchema.nullable().meta({ description: 'When it is tried again.' }),
  })
  .meta({ id: 'Delivery' });
export type DeliveryResponse = z.output<typeof deliverySchema>;

export const deliveryPageSchema = pageSchema(deliverySchema).meta({ id: 'DeliveryPage' });
export const deliveriesQuerySchema = z.strictObject({
  ...pageQuery,
  state: z.enum(DELIVERY_STATES).optional(),
});
export type DeliveriesQuery = z.output<typeof deliveriesQuerySchema>;

function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
