import { ROLE_PERMISSIONS, type Role } from '@flightdeck/contracts';
import type { Batch, Checkpoint } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { equalInConstantTime, tokenHash, type Authenticator, type Principal } from '@flightdeck/platform';
import type { Fold } from '../follow/follow-into.js';
import { API_KEYS_STREAM, putKey, type ApiKey, type ApiKeyEvent } from './api-keys.js';

/** Knows the administrator's token and every key of the ledger, revoked ones excepted, from memory. */
export class KeyAuthenticator implements Authenticator, Fold {
  readonly name = 'api-keys';
  readonly selector = { stream: API_KEYS_STREAM };
  private readonly ring = new Map<string, ApiKey>();
  private readonly byHash = new Map<string, string>();
  private checkpoint: Checkpoint = 'start';
  private readonly adminTokenHash: string;

  constructor(adminToken: string) {
    this.adminTokenHash = tokenHash(adminToken);
  }

  /** A token is looked up by its hash, so the time of the look-up tells nothing of any token; the hashes are compared once more. */
  authenticate(token: string): Principal | undefined {
    const hash = tokenHash(token);
    if (equalInConstantTime(hash, this.adminTokenHash)) return principal('admin', 'admin');
    const key = this.ring.get(this.byHash.get(hash) ?? '');
    if (key === undefined || key.revokedAt !== null || !equalInConstantTime(hash, key.tokenHash))
      return undefined;
    const known = principal(`key:${key.keyId}`, key.role);
    return key.person === null ? known : { ...known, person: key.person };
  }

  /** Every key ever created, in the order of their creation. */
  keys(): readonly ApiKey[] {
    return [...this.ring.values()];
  }

  get(keyId: string): ApiKey | undefined {
    return this.ring.get(keyId);
  }

  from(): Checkpoint {
    return this.checkpoint;
  }

  take(batch: Batch): void {
    for (const stored of batch.events) {
      const event = decodeEvent<ApiKeyEvent>(stored);
      putKey(this.ring, event);
      if (event.type === 'ApiKeyCreated') this.byHash.set(event.data.tokenHash, event.data.keyId);
    }
    this.checkpoint = batch.checkpoint;
  }
}

function principal(id: string, role: Role): Principal {
  return { id, role, permissions: ROLE_PERMISSIONS[role] };
}
