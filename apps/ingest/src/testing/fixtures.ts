import { openUserKeys, UserKeys, type CampaignDirectory, type DirectoryEntry } from '@flightdeck/ledger';
import { parseRequest } from '../parse/parse-request.js';
import type { ParsedRequest } from '../parse/parsed-request.js';
import { ledgerIdentity } from '../prepare/ledger-identity.js';
import { Preparer } from '../prepare/preparer.js';
import type { CampaignContext, RequestContext } from '../prepare/settings.js';
import type { Prepared } from '../prepare/prepared.js';

export const NOW_MS = Date.UTC(2026, 10, 22, 12);
export const USER_KEYS = UserKeys.create(Buffer.alloc(32, 7), Buffer.alloc(32, 8)).toString();
/** What stands for a user in the tests' ledgers. */
export const pseudonymOf = (userId: string): string => openUserKeys(USER_KEYS).current().pseudonymOf(userId);
export const NDJSON = 'application/x-ndjson';
export const CONTEXT: RequestContext = { receivedAtMs: NOW_MS, source: 'http', correlationId: 'c-1' };

export const NEW_YORK: CampaignContext = { currency: 'USD', timezone: 'America/New_York' };

export function impression(changes: object = {}): Record<string, unknown> {
  return {
    eventId: 'e1',
    type: 'impression',
    occurredAt: '2026-11-22T10:00:00Z',
    campaignId: 'c1',
    price: { model: 'CPM', micros: 1_250_000, currency: 'USD' },
    ...changes,
  };
}

export function parsed(body: string | Uint8Array, contentType: string): ParsedRequest {
  const result = parseRequest(typeof body === 'string' ? Buffer.from(body) : body, contentType);
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.detail}`);
  return result.request;
}

export function preparer(
  campaigns: Readonly<Record<string, CampaignContext>> = { c1: NEW_YORK },
  partitions = 16,
): Preparer {
  const lookup = new Map(Object.entries(campaigns));
  return new Preparer(ledgerIdentity(partitions, openUserKeys(USER_KEYS)), (campaignId) =>
    lookup.get(campaignId),
  );
}

export function prepare(
  events: readonly unknown[],
  context: Partial<RequestContext> = {},
  by = preparer(),
): Prepared {
  return by.prepare(parsed(JSON.stringify(events), 'application/json'), { ...CONTEXT, ...context });
}

export interface Unpacked {
  readonly partition: number;
  readonly ordinal: number;
  readonly id: string;
  readonly payloadHash: string;
  readonly type: number;
  readonly data: Readonly<Record<string, unknown>> & { readonly enriched: Readonly<Record<string, unknown>> };
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Every packed event of a request, in the request's order. */
export function unpack(prepared: Prepared): readonly Unpacked[] {
  const events = prepared.packs.flatMap((pack) =>
    Array.from({ length: pack.count }, (_, at): Unpacked => {
      const text = (from: number) =>
        Buffer.from(pack.bodies.slice(pack.offsets[from], pack.offsets[from + 1])).toString('utf8');
      return {
        partition: pack.partition,
        ordinal: pack.ordinals[at] ?? -1,
        id: Buffer.from(pack.ids.slice(at * 16, at * 16 + 16)).toString('hex'),
        payloadHash: Buffer.from(pack.payloadHashes.slice(at * 8, at * 8 + 8)).toString('hex'),
        type: pack.types[at] ?? -1,
        data: JSON.parse(text(2 * at)) as Unpacked['data'],
        metadata: JSON.parse(text(2 * at + 1)) as Unpacked['metadata'],
        text: text(2 * at),
      };
    }),
  );
  return events.sort((left, right) => left.ordinal - right.ordinal);
}

/** A directory that a test changes by hand. */
export class FixedDirectory implements CampaignDirectory {
  private readonly known = new Map<string, DirectoryEntry>();
  private readonly listeners = new Set<(changed: readonly DirectoryEntry[]) => void>();

  register(campaignId: string, { currency, timezone }: CampaignContext): void {
    const entry = { revision: 0, campaign: { campaignId, currency, timezone } } as DirectoryEntry;
    this.known.set(campaignId, entry);
    for (const listener of this.listeners) listener([entry]);
  }
  get(campaignId: string): DirectoryEntry | undefined {
    return this.known.get(campaignId);
  }
  entries(): IterableIterator<DirectoryEntry> {
    return this.known.values();
  }
  get size(): number {
    return this.known.size;
  }
  async caughtUp(): Promise<void> {
    return Promise.resolve();
  }
  onChange(listener: (changed: readonly DirectoryEntry[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
