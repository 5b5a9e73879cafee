import { type AdEventMetadata, decodeJson } from '@flightdeck/contracts';
import { parseInstant } from '@flightdeck/domain';
import type { AdFact } from './ad-fact.js';
import { ascii, JsonCursor, LastText } from './json-cursor.js';

const SOURCE = ascii('source');
const RECEIVED_AT = ascii('receivedAt');
/** The payload's hash and what closes the object: all that differs between the events of one request. */
const TAIL_BYTES = '0123456789abcdef"}'.length;

/** Reads where events came from. Those of one request came from the same place, so most are recognised by their bytes. */
export class MetadataReader {
  private last: Uint8Array = new Uint8Array();
  private readonly cursor = new JsonCursor();
  private readonly sourceText = new LastText();
  private source = '';
  private receivedAtMs = 0;

  /** @throws {SyntaxError | RangeError} when it is no metadata of an ad event. */
  read(bytes: Uint8Array, fact: AdFact): void {
    if (!this.isLast(bytes)) this.parse(bytes);
    fact.source = this.source;
    fact.receivedAtMs = this.receivedAtMs;
  }

  private isLast(bytes: Uint8Array): boolean {
    const { last } = this;
    if (bytes.length !== last.length || last.length <= TAIL_BYTES) return false;
    // What differs, if anything does, is near the end.
    for (let i = bytes.length - TAIL_BYTES - 1; i >= 0; i--) if (bytes[i] !== last[i]) return false;
    return true;
  }

  private parse(bytes: Uint8Array): void {
    if (!this.readFast(bytes)) {
      const { source, receivedAt } = decodeJson<AdEventMetadata>(bytes);
      const receivedAtMs = parseInstant(receivedAt);
      if (receivedAtMs === undefined) throw new RangeError(`'${receivedAt}' is no instant.`);
      this.source = source;
      this.receivedAtMs = receivedAtMs;
    }
    this.last = bytes.slice();
  }

  private readFast(bytes: Uint8Array): boolean {
    const { cursor } = this;
    this.receivedAtMs = NaN;
    if (!cursor.open(bytes)) return false;
    for (let more = cursor.key(); more !== 0; more = cursor.key()) {
      if (more < 0) return false;
      if (cursor.is(SOURCE)) {
        if (!cursor.string()) return false;
        this.source = this.sourceText.of(cursor);
      } else if (cursor.is(RECEIVED_AT)) {
        if (!cursor.string()) return false;
        this.receivedAtMs = cursor.instant();
      } else if (!cursor.skip()) return false;
    }
    return cursor.isAtEnd() && !Number.isNaN(this.receivedAtMs);
  }
}
