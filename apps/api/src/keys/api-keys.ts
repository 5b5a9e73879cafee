import { ROLES, type Role } from '@flightdeck/contracts';
import { accept, reject, unreachable, type Decider, type Event } from '@flightdeck/domain';

/** Stream `api-keys`. Stored for ever; a token is never stored, only its SHA-256. */
export type ApiKeyEvent =
  | Event<
      'ApiKeyCreated',
      {
        readonly keyId: string;
        readonly role: Role;
        readonly name: string;
        readonly tokenHash: string;
        readonly person?: string;
        readonly actor: string;
        readonly at: string;
      }
    >
  | Event<'ApiKeyRevoked', { readonly keyId: string; readonly actor: string; readonly at: string }>;

export interface ApiKey {
  readonly keyId: string;
  readonly role: Role;
  readonly name: string;
  /** Hex SHA-256 of the token. */
  readonly tokenHash: string;
  /** Who holds it; null when nobody was named. */
  readonly person: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly revokedAt: string | null;
}

export type ApiKeyCommand =
  | {
      readonly type: 'CreateApiKey';
      readonly keyId: string;
      readonly role: Role;
      readonly name: string;
      readonly tokenHash: string;
      readonly person?: string;
      readonly actor: string;
      readonly at: string;
    }
  | { readonly type: 'RevokeApiKey'; readonly keyId: string; readonly actor: string; readonly at: string };

export type ApiKeyRejection = { readonly code: 'TooManyKeys' } | { readonly code: 'NoSuchKey' };

export const API_KEYS_STREAM = 'api-keys';
/** Keys that were ever created; each costs a few hundred bytes of memory. */
export const API_KEYS_MAX = 10_000;

export type KeyRing = ReadonlyMap<string, ApiKey>;

/** Every API key by `keyId`. A key created again, or revoked again, changes nothing. */
export const apiKeys: Decider<ApiKeyCommand, ApiKeyEvent, KeyRing, ApiKeyRejection> = {
  initial: new Map(),

  evolve: (ring, event) => {
    const next = new Map(ring);
    putKey(next, event);
    return next;
  },

  decide: (command, ring) => {
    switch (command.type) {
      case 'CreateApiKey': {
        if (ring.has(command.keyId)) return accept();
        if (ring.size >= API_KEYS_MAX) return reject({ code: 'TooManyKeys' });
        const { type: _, ...data } = command;
        return accept({ type: 'ApiKeyCreated', data });
      }
      case 'RevokeApiKey': {
        const key = ring.get(command.keyId);
        if (key === undefined) return reject({ code: 'NoSuchKey' });
        if (key.revokedAt !== null) return accept();
        return accept({
          type: 'ApiKeyRevoked',
          data: { keyId: command.keyId, actor: command.actor, at: command.at },
        });
      }
      default:
        return unreachable(command);
    }
  },
};

/** Brings a ring up to an event, in place: the fold of a long stream must not copy it at every event. */
export function putKey(ring: Map<string, ApiKey>, event: ApiKeyEvent): void {
  switch (event.type) {
    case 'ApiKeyCreated': {
      const { keyId, role, name, tokenHash, person = null, actor, at } = event.data;
      if (!ROLES.includes(role)) throw new Error(`API key ${keyId} has an unknown role.`);
      ring.set(keyId, {
        keyId,
        role,
        name,
        tokenHash,
        person,
        createdAt: at,
        createdBy: actor,
        revokedAt: null,
      });
      return;
    }
    case 'ApiKeyRevoked': {
      const key = ring.get(event.data.keyId);
      if (key !== undefined) ring.set(key.keyId, { ...key, revokedAt: event.data.at });
      return;
    }
    default:
      unreachable(event);
  }
}
