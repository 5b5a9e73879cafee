import { BACKTEST_COMMANDS_TOLD_MAX, type ReallyIssuedResponse } from '@flightdeck/contracts';
import type { CommandEvent } from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { ordinal, type Kept } from './kept.js';

/** Commands really issued that are kept to be held beside the others; all are counted. */
export const ISSUED_KEPT_MAX = 1_000_000;

const BY_ID = 'issued/';
const IN_ORDER = 'really/';

/** What was really issued in the range, by any rule: the first are listed, all are counted, and every one can be asked for. */
export class ReallyIssued {
  constructor(
    private readonly kept: Kept,
    public count = 0,
  ) {}

  /** Takes note of a `CommandIssued` that `isInRange` says to be in the range. */
  take(event: StoredEvent, isInRange: (ms: number) => boolean): void {
    const { data } = decodeEvent<Extract<CommandEvent, { type: 'CommandIssued' }>>(event);
    if (!isInRange(Date.parse(data.issuedAt))) return;
    if (this.count < BACKTEST_COMMANDS_TOLD_MAX) {
      const { commandId, issuedAt: at, campaignId, ruleId, command } = data;
      const told: ReallyIssuedResponse = { commandId, at, campaignId, ruleId, command };
      this.kept.put(IN_ORDER + ordinal(this.count), told);
    }
    if (this.count < ISSUED_KEPT_MAX) this.kept.put(BY_ID + data.commandId, true);
    this.count += 1;
  }

  /** Which of these commands were really issued; of what is committed. */
  async among(commandIds: readonly string[]): Promise<readonly boolean[]> {
    const found = await this.kept.get<true>(commandIds.map((id) => BY_ID + id));
    return found.map((one) => one === true);
  }

  /** The first of them, in the order of the ledger. */
  async first(): Promise<readonly ReallyIssuedResponse[]> {
    const told: ReallyIssuedResponse[] = [];
    for await (const page of this.kept.under<ReallyIssuedResponse>(IN_ORDER))
      told.push(...page.map(({ value }) => value));
    return told;
  }
}
