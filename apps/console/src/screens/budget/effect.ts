import { money } from '../../format/money';
import { measured, type Level, type Spent, type Tightest } from './levels';
import { CAPS, type Budget } from './wanted';

/** What a budget would make of a cap. */
export interface CapEffect {
  readonly label: string;
  readonly now: number | undefined;
  readonly then: number | undefined;
  /** What it would leave, below 0 once overspent; null without a cap or where nothing is known of the spend. */
  readonly leftMicros: number | null;
  /** Share of it that is spent already; null likewise. */
  readonly used: number | null;
}

/** What a budget would change, cap by cap. */
export function effectOf(seen: Budget, wanted: Budget, spend: Spent | null): readonly CapEffect[] {
  return CAPS.map(({ cap, spent, label }) => {
    const then = wanted[cap];
    const isKnown = then !== undefined && spend !== null;
    return {
      ...{ label, now: seen[cap], then },
      leftMicros: isKnown ? then - spend[spent] : null,
      used: isKnown ? spend[spent] / then : null,
    };
  });
}

/** The tree once one of its levels has another budget. */
export function treeWith(levels: readonly Level[], key: string, wanted: Budget): readonly Level[] {
  return levels.map((level) => (level.key === key ? { ...level, ...measured(wanted, level.spend) } : level));
}

/** Which cap would hold the campaign, in a sentence; also where that is another than now. */
export function tightestSentence(
  before: Tightest | undefined,
  after: Tightest | undefined,
  currency: string,
): string {
  if (after === undefined) return 'Nothing caps the campaign any more.';
  const stays = before?.kind === after.kind && before.cap === after.cap;
  const left =
    after.leftMicros > 0
      ? `it leaves ${money(after.leftMicros, currency)} to spend today`
      : 'it leaves nothing to spend today';
  return `${nameOf(after)} ${stays ? 'stays' : 'becomes'} the tightest: ${left}.`;
}

const OWNERS = { advertiser: 'The advertiser’s', campaign: 'The campaign’s' } as const;

function nameOf({ kind, cap }: Tightest): string {
  if (kind === 'adGroup') return 'The ad groups’ budget together';
  return `${OWNERS[kind]} ${cap === 'dailyMicros' ? 'daily cap' : 'cap in all'}`;
}
