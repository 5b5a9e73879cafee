import { createHmac } from 'node:crypto';

/** How a Standard Webhooks secret begins. */
const PREFIX = 'whsec_';

/**
 * The secret of a webhook's generation, 256 bits derived from a key of the data directory. Nothing of it is stored: it is told
 * when it is made, and derived again when something is signed.
 */
export function webhookSecret(key: Uint8Array, webhookId: string, generation: number): string {
  const bytes = createHmac('sha256', key).update(`webhook ${webhookId} ${generation}`, 'utf8').digest();
  return `${PREFIX}${bytes.toString('base64')}`;
}

/** What is sent, as it is signed. */
export interface SignedMessage {
  /** `webhook-id`: the same at every try. */
  readonly id: string;
  /** `webhook-timestamp`: of this try, seconds since the Unix epoch. */
  readonly timestampSeconds: number;
  readonly body: string;
}

/** The headers of a message, signed with each secret (Standard Webhooks 1.0, symmetric `v1` signatures, space-delimited). */
export function signedHeaders(
  message: SignedMessage,
  secrets: readonly string[],
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const { id, timestampSeconds, body } = message;
  const content = `${id}.${timestampSeconds}.${body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(content, 'utf8').digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}
