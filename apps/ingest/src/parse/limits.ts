/** The largest request body, in bytes. The HTTP layer refuses more before anything is parsed. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;

/** The most events in one request. */
export const EVENTS_MAX = 10_000;

/** The largest single record, in bytes: as much as quarantine keeps of one. */
export const RECORD_BYTES_MAX = 64 * 1024;

/** How deep one record may nest; an ad event needs 3, a CloudEvent around it one more. */
export const DEPTH_MAX = 16;

/** The most keys in one record, nested ones included. */
export const KEYS_MAX = 256;
