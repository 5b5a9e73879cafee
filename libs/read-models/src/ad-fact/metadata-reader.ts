import { type AdEventMetadata, decodeJson } from '@flightdeck/contracts';
import { parseInstant } from '@flightdeck/domain';
import type { AdFact } from './ad-fact.js';
import { INSTANT_BYTES, Instants } from './instants.js';
import { JsonCursor, LastText } from './json-cursor.js';
import { copyOf, Literal, literal } from './literal.js';

const SOURCE = literal('source":');
const RECEIVED_AT = literal('receivedAt":');
/** The payload's hash and what closes the object: all that differs between the events of one request. */
const TAIL_BYTES = '0123456789abcdef"}'.length;
const HEAD_BYTES_MIN = '{"source":"","receivedAt":""'.length;

/** Reads where events came from. Those of one request came from the same place, so most are recognised by their bytes. */
export class MetadataReader {
  /** The last metadata but for their tail; none before the first. */
  private head: Literal | undefined;
  private readonly cursor = new JsonCursor();
  private readonly instants = new Instants();
  private readonly sourceText = new LastText();
  private source = '';
  private receivedAtMs = 0;

  /** Reads bytes [from, to). @throws {SyntaxError | RangeError} when it is no metadata of an ad event. */
  read(view: DataView, from: number, to: number, fact: AdFact): void {
    if (!this.isLast(view, from, to)) this.parse(view, from, to);
    fact.source = this.source;
    fact.receivedAtMs = this.receivedAtMs;
  }

  private isLast(view: DataView, from: number, to: number): boolean {
    const { head } = this;
    return head?.length === to - from - TAIL_BYTES && head.isAt(view, from, to);
  }

  private parse(view: DataView, from: number, to: number): void {
    if (!this.readFast(view, from, to)) {
      const { source, receivedAt } = decodeJson<AdEventMetadata>(copyOf(view, from, to));
      const receivedAtMs = parseInstant(receivedAt);
      if (receivedAtMs === undefined) throw new RangeError(`'${receivedAt}' is no instant.`);
      this.source = source;
      this.receivedAtMs = receivedAtMs;
    }
    const headTo = to - TAIL_BYTES;
    this.head = headTo - from < HEAD_BYTES_MIN ? undefined : new Literal(copyOf(view, from, headTo));
  }

  private readFast(view: DataView, from: number, to: number): boolean {
    const { cursor } = this;
    this.receivedAtMs = NaN;
    if (!cursor.open(view, from, to)) return false;
    for (let more = cursor.key(); more !== 0; more = cursor.key()) {
      if (more < 0) return false;
      if (cursor.isKey(SOURCE)) {
        if (!cursor.string()) return false;
        this.source = this.sourceText.of(cursor);
      } else if (cursor.isKey(RECEIVED_AT)) {
        if (!cursor.string() || cursor.end - cursor.start !== INSTANT_BYTES) return false;
        this.receivedAtMs = this.instants.read(view, cursor.start, cursor.end);
      } else if (!cursor.skip()) return false;
    }
    return cursor.isAtEnd() && !Number.isNaN(this.receivedAtMs);
  }
}
