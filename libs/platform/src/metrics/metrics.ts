import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds, from half a millisecond to ten. */
const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The process's metrics in Prometheus' terms. Asking for a metric twice gives the same one. */
export class Metrics {
  readonly registry = new Registry();

  /** Adds Node's own metrics (memory, event loop lag, garbage collection). Once a process. */
  collectDefaults(): void {
    collectDefaultMetrics({ register: this.registry, prefix: 'flightdeck_' });
  }

  /** A distribution, in seconds unless `buckets` say otherwise. */
  histogram(
    name: string,
    help: string,
    labelNames: readonly string[] = [],
    buckets: readonly number[] = LATENCY_BUCKETS,
  ): Histogram {
    const known = this.registry.getSingleMetric(name);
    if (known instanceof Histogram) return known;
    return new Histogram({
      name,
      help,
      labelNames: [...labelNames],
      buckets: [...buckets],
      registers: [this.registry],
    });
  }

  counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    const known = this.registry.getSingleMetric(name);
    if (known instanceof Counter) return known;
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  /** A value; with `read` it is asked for at each scrape. */
  gauge(name: string, help: string, read?: () => number): Gauge {
    const known = this.registry.getSingleMetric(name);
    if (known instanceof Gauge) return known;
    return new Gauge({
      name,
      help,
      registers: [this.registry],
      ...(read === undefined
        ? {}
        : {
            collect(this: Gauge) {
              this.set(read());
            },
          }),
    });
  }

  /** The text of a scrape (Prometheus exposition format). */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }
}
