/** How one try ended. `retryAfterMs` is what the receiver asked for. */
export type Sent =
  | { readonly ok: true; readonly status: number }
  | {
      readonly ok: false;
      /** Null when there was no answer. */
      readonly status: number | null;
      /** One sentence; never what the far end wrote, which could be anything. */
      readonly error: string;
      /** False when another try cannot help: the address is forbidden, the receiver is gone. */
      readonly retryable: boolean;
      readonly retryAfterMs?: number;
    };

/** Posts JSON to a person's URL and never throws: what went wrong is the answer. */
export interface WebhookSender {
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Sent>;
  close(): void;
}

/** Nest injection token of the process's webhook sender. */
export const WEBHOOK_SENDER = Symbol('WebhookSender');
