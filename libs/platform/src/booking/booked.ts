import { SetMetadata } from '@nestjs/common';

export const BOOKED_METADATA = 'flightdeck:booked';

export interface BookedOptions {
  /** Path parameters that are told apart but not kept, such as the id of a person. */
  readonly hidden?: readonly string[];
  /** Members of a JSON body that are kept beside the path and the query. Never name a secret. */
  readonly body?: readonly string[];
  /** The route is not booked when the query names this: it then reads of one thing only. */
  readonly unlessQuery?: string;
  /** A read that programs repeat: the same caller, route and parameters are booked once a minute. */
  readonly oncePerMinute?: boolean;
}

/** What a route's handler is booked as, and how. */
export interface Booking extends BookedOptions {
  readonly action: string;
}

/**
 * The route is used only after who, what, when and with which parameters has been written to the access book; while the book
 * cannot be written the answer is 503. `action` is stored for ever: `export`, `replay`, `cross-campaign-read`, …
 */
export const Booked = (action: string, options: BookedOptions = {}): MethodDecorator =>
  SetMetadata(BOOKED_METADATA, { action, ...options } satisfies Booking);

/** One use of a route. */
export interface BookedAccess {
  readonly action: string;
  readonly actor: string;
  readonly role: string;
  readonly person?: string;
  /** Method and path pattern: `GET /v1/audit/export`. */
  readonly route: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly correlationId?: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

/** Where accesses are written. */
export interface AccessBook {
  /** Resolves once the access is durable. @throws when it may not be: the access must then not happen. */
  book(access: BookedAccess): Promise<void>;
}

/** Nest injection token of the process's access book. */
export const ACCESS_BOOK = Symbol('AccessBook');
