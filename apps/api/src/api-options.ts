import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Approvals } from '@flightdeck/domain';
import type { OidcSettings } from '@flightdeck/platform';
import type { ClaimNames } from './sign-in/people-authenticator.js';

/** What the composition decides for the API. */
export interface ApiOptions {
  /** Directory of the API's own LMDB environments (command index, idempotency); made if need be. */
  readonly directory: string;
  /** Opens everything that role `admin` may do. */
  readonly adminToken: string;
  /** What the secrets of webhooks are derived from. */
  readonly webhookKey: Uint8Array;
  /** What userIds become pseudonyms with; shared with whoever takes events in. */
  readonly userKeys: { readonly directory: string; readonly name: string };
  /** While it is in force, nobody is erased. */
  readonly legalHold: boolean;
  /** Whose JSON Web Tokens are accepted beside API keys; nobody's unless given. */
  readonly oidc?: OidcOptions | undefined;
  readonly version: string;
  /** `required`: a rule becomes active only once another person has approved it. */
  readonly approvals: Approvals;
  /** How many the ledger has; names the stream of a campaign without events. */
  readonly partitions: number;
  /** A fold of the API has failed for good: what it answers would grow old, so the process should end. */
  readonly onFatal: (error: unknown, part: string) => void;
  /** The most event stream clients at once; {@link STREAM_CLIENTS_MAX} unless given. */
  readonly streamClientsMax?: number;
}

/** An OpenID Connect issuer, and how its tokens are read. */
export interface OidcOptions extends OidcSettings {
  readonly claims: ClaimNames;
  /** The console's own client at the issuer: a public one, with PKCE. */
  readonly clientId?: string | undefined;
  /** What that client asks for: `openid` unless given. */
  readonly scope?: string | undefined;
}

/** Nest injection token of the API's options. */
export const API_OPTIONS = Symbol('ApiOptions');

/** A place of its own for one part of the API, in its directory. */
export function inDirectory(directory: string, name: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return join(directory, name);
}
