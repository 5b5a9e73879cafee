import type { MetricsResponse } from '@flightdeck/contracts';
import { formatInstant, ratesOf, type Counters } from '@flightdeck/domain';
import type { MetricPoint } from '@flightdeck/read-models';

/** A point of a series as the API tells it. */
export function pointOf(point: MetricPoint): MetricsResponse['points'][number] {
  const { counters } = point;
  const { impressions, views, clicks, conversions, events, givt, sivt, net, gross } = counters;
  return {
    start: formatInstant(point.startMs),
    end: formatInstant(point.endMs),
    ...{ impressions, views, clicks, conversions, events, givt, sivt },
    spend: {
      net: { micros: net.micros, nanos: net.nanos },
      gross: { micros: gross.micros, nanos: gross.nanos },
    },
    rates: ratesResponse(counters),
    range: point.range,
  };
}

function ratesResponse(counters: Counters): MetricsResponse['points'][number]['rates'] {
  const { ctr, cvr, viewability, cpc, cpa, ecpm, vcpm, roas } = ratesOf(counters);
  return { ctr, cvr, viewability, cpcMicros: cpc, cpaMicros: cpa, ecpmMicros: ecpm, vcpmMicros: vcpm, roas };
}
