import type { QuarantineReason } from '@flightdeck/domain';

/** Why one record of a request could not be read. */
export interface Refusal {
  readonly reason: QuarantineReason;
  /** One sentence: what is wrong and where. */
  readonly detail: string;
}

/** The records of one request, in their order. Nothing is validated yet but that they are JSON. */
export interface ParsedRequest {
  readonly bytes: Uint8Array;
  /** One per record; undefined where `refusals` has the record's ordinal. */
  readonly values: readonly unknown[];
  readonly refusals: ReadonlyMap<number, Refusal>;
  /** Record i came as `bytes[spans[2i]..spans[2i+1]]`. */
  readonly spans: Uint32Array;
  /** The place of each record in its source, where they do not share one. */
  readonly positions?: readonly string[];
  /** The bytes of a record are an envelope, and its value what was in it. */
  readonly areEnvelopes?: true;
}

/** The whole request is refused; nothing of it was accepted. */
export interface RequestRefusal {
  readonly status: 400 | 413 | 415;
  /** Stable, for programs. */
  readonly code: 'malformed-body' | 'body-too-large' | 'too-many-events' | 'unsupported-media-type';
  /** One sentence, for people. */
  readonly detail: string;
}

export type ParseResult =
  | { readonly ok: true; readonly request: ParsedRequest }
  | { readonly ok: false; readonly refusal: RequestRefusal };

/** Refuses the whole request. */
export function refuseRequest(
  status: RequestRefusal['status'],
  code: RequestRefusal['code'],
  detail: string,
): Extract<ParseResult, { ok: false }> {
  return { ok: false, refusal: { status, code, detail } };
}
