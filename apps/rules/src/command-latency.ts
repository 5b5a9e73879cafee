import { Latency, type LatencyPercentiles } from '@flightdeck/platform';

/** Commands of which only the one end is known yet; beyond it the oldest is given up. */
const AWAITED_MAX = 4_096;

/**
 * From the arrival of the event that made a rule fire to its command on the bus, in milliseconds. The ledger is quick to show what
 * was appended, so a command can be delivered before its issuer hears that it was issued: either end may come first.
 */
export class CommandLatency {
  private readonly latency = new Latency();
  private readonly receivedMs = new Map<string, number>();
  private readonly deliveredMs = new Map<string, number>();

  /** A command was issued because of an event that was received at `receivedMs`. */
  issued(commandId: string, receivedMs: number): void {
    const deliveredMs = this.deliveredMs.get(commandId);
    if (deliveredMs === undefined) remember(this.receivedMs, commandId, receivedMs);
    else this.latency.record(deliveredMs - receivedMs);
  }

  /** The bus has taken it. A command of before the start, or of the clock rather than an event, is never told of as issued. */
  delivered(commandId: string, nowMs: number): void {
    const receivedMs = this.receivedMs.get(commandId);
    if (receivedMs === undefined) remember(this.deliveredMs, commandId, nowMs);
    else this.latency.record(nowMs - receivedMs);
    this.receivedMs.delete(commandId);
  }

  /** Null before the first command. */
  percentiles(): LatencyPercentiles | null {
    return this.latency.percentiles();
  }
}

function remember(times: Map<string, number>, commandId: string, ms: number): void {
  times.set(commandId, ms);
  if (times.size > AWAITED_MAX) times.delete(times.keys().next().value ?? '');
}
