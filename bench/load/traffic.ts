const DIGITS = 10;
const ID_PLACE = '0'.repeat(DIGITS);
const USER_MARKER = '"userId":"user-';
const USERS = 200_000;
/** A prime, so that consecutive events come from users far apart. */
const USER_STRIDE = 7_919;

/** Campaigns a benchmark spreads its events over. */
export function campaignIdOf(index: number): string {
  return `bench-${String(index).padStart(5, '0')}`;
}

/**
 * An NDJSON body of impressions of about 420 bytes, made once and re-stamped in place for each request: unique ids cost ten
 * bytes an event, so that the generator takes as little as possible of the cores it shares with the server.
 */
export class TrafficBody {
  private readonly bytes: Buffer;
  private readonly idPlaces: readonly number[];
  private readonly userPlaces: readonly number[];

  constructor(
    readonly events: number,
    campaigns: number,
    firstCampaign: number,
    occurredAt: string,
    run: string,
  ) {
    const lines: string[] = [];
    for (let i = 0; i < events; i++)
      lines.push(impression(run, campaignIdOf((firstCampaign + i) % campaigns), occurredAt));
    this.bytes = Buffer.from(lines.join('\n') + '\n');
    this.idPlaces = placesAfter(this.bytes, `${run}-`);
    this.userPlaces = placesAfter(this.bytes, USER_MARKER);
  }

  get byteLength(): number {
    return this.bytes.length;
  }

  /** The body with ids `first`, `first + 1`, …; the same buffer each time, so send it before the next call. */
  stamped(first: number): Buffer {
    const perEvent = this.idPlaces.length / this.events;
    for (let i = 0; i < this.idPlaces.length; i++) {
      writeDigits(this.bytes, this.idPlaces[i] ?? 0, first + Math.floor(i / perEvent));
    }
    for (let i = 0; i < this.userPlaces.length; i++) {
      writeDigits(this.bytes, this.userPlaces[i] ?? 0, ((first + i) * USER_STRIDE) % USERS);
    }
    return this.bytes;
  }
}

function impression(run: string, campaignId: string, occurredAt: string): string {
  return JSON.stringify({
    eventId: `${run}-${ID_PLACE}`,
    type: 'impression',
    occurredAt,
    campaignId,
    advertiserId: 'bench-advertiser',
    adGroupId: 'group-17',
    creativeId: 'creative-300x250-4711',
    placementId: 'placement-article-top',
    exchange: 'exchange-one',
    impressionId: `imp-${run}-${ID_PLACE}`,
    userId: `user-${ID_PLACE}`,
    device: 'mobile',
    country: 'US',
    region: 'NY',
    price: { model: 'CPM', micros: 1_250_001, currency: 'USD' },
  });
}

function placesAfter(bytes: Buffer, marker: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + 1))
    places.push(at + marker.length);
  return places;
}

function writeDigits(bytes: Buffer, at: number, value: number): void {
  let rest = value;
  for (let place = DIGITS - 1; place >= 0; place--) {
    bytes[at + place] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
