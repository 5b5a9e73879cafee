import { openCloudEvents } from './cloud-event.js';
import { bodyForm } from './content-type.js';
import { BODY_BYTES_MAX } from './limits.js';
import { parseJson } from './parse-json.js';
import { parseNdjson } from './parse-ndjson.js';
import { refuseRequest, type ParseResult } from './parsed-request.js';

/**
 * Reads the records of a request body in any of the accepted forms (api.md). What makes JSON dangerous (size, depth, number
 * of keys and events) is checked on the bytes, before JSON.parse sees them.
 */
export function parseRequest(body: Uint8Array, contentType: string | undefined): ParseResult {
  if (body.byteLength > BODY_BYTES_MAX) {
    return refuseRequest(413, 'body-too-large', `A request takes at most ${BODY_BYTES_MAX} bytes.`);
  }
  const form = bodyForm(contentType);
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const start = startsWithByteOrderMark(bytes) ? 3 : 0;
  switch (form) {
    case undefined:
      return refuseRequest(
        415,
        'unsupported-media-type',
        'Send application/json, application/x-ndjson, application/cloudevents+json or application/cloudevents-batch+json, in UTF-8.',
      );
    case 'ndjson':
      return parseNdjson(bytes, start);
    case 'json':
      return parseJson(bytes, start);
    case 'cloud-event':
    case 'cloud-event-batch': {
      const result = parseJson(bytes, start);
      return result.ok ? { ok: true, request: openCloudEvents(result.request) } : result;
    }
  }
}

function startsWithByteOrderMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
