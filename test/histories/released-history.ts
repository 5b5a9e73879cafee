import { RECORDED_TYPE, type AdEventType } from '@flightdeck/domain';

const START_MS = Date.parse('2026-11-22T14:00:00Z');
const STEP_MS = 20_000;
const EVENTS = 120;
const CYCLE: readonly AdEventType[] = [
  ...(['impression', 'view', 'impression', 'click', 'impression', 'conversion'] as const),
  ...(['spend', 'adjustment'] as const),
];

/** A history as this release stores it, for a folder of its own: every type of event, each kind of invalid traffic, late ones, refused ones. */
export function releasedHistory(): string {
  const heads = new Map<string, number>();
  const line = (stream: string, type: string, n: number, data: object, metadata: object): string => {
    const revision = (heads.get(stream) ?? -1) + 1;
    heads.set(stream, revision);
    const recordedAtMs = START_MS + n * STEP_MS + 5;
    return JSON.stringify({ stream, revision, type, recordedAtMs, data, metadata });
  };
  const lines = Array.from({ length: EVENTS }, (_, n) => {
    const type = CYCLE[n % CYCLE.length] ?? 'impression';
    const stream = n % 2 === 0 ? 'ads-00' : 'ads-01';
    return line(stream, RECORDED_TYPE[type], n, dataOf(type, n), metadataOf(n));
  });
  for (let n = 0; n < 3; n++)
    lines.push(line('quarantine-00', 'RecordQuarantined', EVENTS + n, refused(n), {}));
  return `${lines.join('\n')}\n`;
}

function at(n: number): string {
  return new Date(START_MS + n * STEP_MS).toISOString();
}

function dataOf(type: AdEventType, n: number): object {
  const price = (model: string, micros: number) => ({ price: { model, micros, currency: 'USD' } });
  const own: Record<AdEventType, object> = {
    impression: price('CPM', 1_250_001 + n),
    view: { impressionId: `i${n - 1}`, ...price('vCPM', 900_003) },
    click: { clickId: `k${n}`, impressionId: `i${n - 1}`, ...price('CPC', 400_007) },
    conversion: { conversionId: `v${n}`, orderId: `o${n - (n % 16)}`, valueMicros: 25_000_000 },
    spend: { amountMicros: 1_000_000 + n, currency: 'USD' },
    adjustment: {
      amountMicros: -250_000,
      currency: 'USD',
      reason: 'overdelivery-credit',
      originalEventId: `e${n - 1}`,
    },
  };
  const ivt = n % 10 === 4 ? { ivt: n % 20 === 4 ? 'givt' : 'sivt' } : {};
  const late = n % 30 === 8 ? { lateFor: '2026-11-18' } : {};
  return {
    ...{ eventId: `e${n}`, type, occurredAt: at(n), campaignId: n % 2 === 0 ? 'golden-1' : 'golden-2' },
    ...(type === 'impression' ? { impressionId: `i${n}` } : {}),
    ...(type === 'spend' || type === 'adjustment' ? {} : { userId: `u${n % 5}` }),
    ...{ ...own[type], ...ivt },
    enriched: { day: '2026-11-22', currency: 'USD', ...late },
  };
}

function metadataOf(n: number): object {
  const source = n % 3 === 0 ? 'kinesis:golden' : 'http';
  return {
    source,
    receivedAt: new Date(START_MS + n * STEP_MS + 3).toISOString(),
    payloadHash: '0123456789abcdef',
  };
}

function refused(n: number): object {
  const reasons = ['schema', 'too-late', 'id-conflict'];
  return {
    ...{
      reason: reasons[n],
      detail: 'It is golden.',
      bytesBase64: Buffer.from(`{"n":${n}}`).toString('base64'),
    },
    ...{ truncated: false, source: 'http', receivedAt: at(n) },
  };
}
