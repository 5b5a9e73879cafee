import type { ShadowReportResponse } from '@flightdeck/contracts';
import type { CommandDetail, DecisionEvent } from '@flightdeck/domain';

/** A decision in shadow, with its place in the campaign's decisions. */
export interface ShadowDecision {
  readonly revision: number;
  readonly data: Extract<DecisionEvent, { type: 'ShadowDecided' }>['data'];
}

/** A campaign as both sides dealt with it; `dayOf` says on which local day of it an instant lies. */
export interface BothSides {
  readonly campaignId: string;
  readonly decided: readonly ShadowDecision[];
  readonly issued: readonly CommandDetail[];
  readonly dayOf: (at: string) => string;
}

type Compared = Pick<
  ShadowReportResponse,
  'wouldBe' | 'also' | 'onlyShadow' | 'onlyActive' | 'items' | 'missed'
>;

/**
 * Holds what a shadow would have ordered against what was ordered. The same: the same kind of command for the same campaign on the
 * same local day, since that is what a campaign notices of it; the earliest of the day counts.
 */
export function compareShadow(campaigns: readonly BothSides[], limit: number): Compared {
  const items: ShadowReportResponse['items'] = [];
  const missed: ShadowReportResponse['missed'] = [];
  for (const side of campaigns) {
    const kinds = new Set(side.decided.map(({ data }) => data.proposed.command));
    const issued = firstOfEachDay(side.issued, side.dayOf);
    for (const { revision, data } of side.decided)
      items.push(
        itemOf(
          side.campaignId,
          revision,
          data,
          issued.get(keyOf(data.proposed.command, side.dayOf(data.at))),
        ),
      );
    const decided = new Set(
      side.decided.map(({ data }) => keyOf(data.proposed.command, side.dayOf(data.at))),
    );
    for (const [key, detail] of issued)
      if (!decided.has(key) && (kinds.size === 0 || kinds.has(detail.command)))
        missed.push({ campaignId: side.campaignId, ...besideOf(detail) });
  }
  const also = items.filter(({ beside }) => beside !== null).length;
  return {
    ...{ wouldBe: items.length, also, onlyShadow: items.length - also, onlyActive: missed.length },
    items: items.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, limit),
    missed: missed.sort((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1)).slice(0, limit),
  };
}

function itemOf(
  campaignId: string,
  revision: number,
  { at, proposed }: ShadowDecision['data'],
  issued: CommandDetail | undefined,
): ShadowReportResponse['items'][number] {
  const { command, params, reason, facts } = proposed;
  return {
    ...{ campaignId, at, revision, command, reason },
    ...{ params: { ...params }, facts: { ...facts } },
    beside:
      issued === undefined
        ? null
        : { ...besideOf(issued), earlierByMs: Date.parse(issued.issuedAt) - Date.parse(at) },
  };
}

function besideOf({ commandId, ruleId, command, issuedAt }: CommandDetail) {
  return { commandId, ruleId, command, issuedAt };
}

function firstOfEachDay(
  issued: readonly CommandDetail[],
  dayOf: BothSides['dayOf'],
): ReadonlyMap<string, CommandDetail> {
  const first = new Map<string, CommandDetail>();
  for (const detail of [...issued].sort((a, b) => (a.issuedAt < b.issuedAt ? -1 : 1))) {
    const key = keyOf(detail.command, dayOf(detail.issuedAt));
    if (!first.has(key)) first.set(key, detail);
  }
  return first;
}

const keyOf = (command: string, day: string): string => `${command} ${day}`;
