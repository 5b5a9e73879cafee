import { STREAM } from '@flightdeck/contracts';
import {
  advertiser as decider,
  formatInstant,
  type Advertiser,
  type AdvertiserCommand,
  type AdvertiserEvent,
} from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { decodeEvent, type AdvertiserDirectory, type AdvertiserEntry } from '@flightdeck/ledger';
import type { Clock, Expected } from '@flightdeck/platform';
import type { AdvertiserReader } from '@flightdeck/read-models';
import type { AdvertiserResponse, TreeCampaignResponse } from '@flightdeck/contracts';
import { atMost } from '../follow/at-most.js';
import { decide } from '../http/decide.js';
import { rejectionProblem, staleProblem } from '../http/rejection.js';
import type { PacingReader } from '../pacing/pacing-reader.js';
import { advertiserResponse, treeCampaignResponse } from './tree-dto.js';

/** How long a change waits to be known in this process. */
const FOLD_WAIT_MS_MAX = 2_000;

/** Where advertisers get their budgets, and where the tree below them is read. */
export class AdvertiserDesk {
  constructor(
    private readonly store: EventStore,
    private readonly directory: AdvertiserDirectory,
    private readonly sums: Pick<AdvertiserReader, 'sum'>,
    private readonly pacing: Pick<PacingReader, 'read'>,
    private readonly clock: Clock,
  ) {}

  /** The advertiser after the change. @throws {ProblemException} when the business, or somebody quicker, says no. */
  async change(
    command: AdvertiserCommand,
    {
      expected,
      idempotencyKey,
    }: { readonly expected: Expected; readonly idempotencyKey: string | undefined },
  ): Promise<AdvertiserEntry> {
    const changed = await decide({
      ...{ store: this.store, stream: STREAM.advertiser(command.advertiserId), decider, command },
      ...{ actor: command.actor, expected, idempotencyKey },
    });
    if (changed.ok) {
      await atMost(this.directory.caughtUp(), FOLD_WAIT_MS_MAX); // what is read next knows of it
      return entryOf(changed.state, changed.revision);
    }
    throw 'rejection' in changed
      ? rejectionProblem(changed.rejection)
      : staleProblem(expected, changed.staleAt);
  }

  /** Undefined for an advertiser that has neither a budget nor a campaign. */
  async read(advertiserId: string, day = this.today()): Promise<AdvertiserResponse | undefined> {
    const entry = await this.current(advertiserId);
    const campaigns = this.campaignsOf(advertiserId).length;
    if (entry === undefined && campaigns === 0) return undefined;
    return this.tell(advertiserId, entry, day, campaigns);
  }

  /** As {@link read}, with the answer of a change in hand. */
  async told(entry: AdvertiserEntry, day = this.today()): Promise<AdvertiserResponse> {
    return this.tell(entry.advertiserId, entry, day, this.campaignsOf(entry.advertiserId).length);
  }

  /** Advertisers in order, after `after`, at most `max`. */
  async list(
    after: string | undefined,
    max: number,
    day = this.today(),
  ): Promise<{ readonly items: AdvertiserResponse[]; readonly isLast: boolean }> {
    const ids = this.directory.ids().filter((id) => after === undefined || id > after);
    const items: AdvertiserResponse[] = [];
    for (const advertiserId of ids.slice(0, max)) {
      const campaigns = this.campaignsOf(advertiserId).length;
      items.push(await this.tell(advertiserId, this.directory.get(advertiserId), day, campaigns));
    }
    return { items, isLast: ids.length <= max };
  }

  /** The campaigns of an advertiser in order, after `after`, each with its ad groups; undefined when nobody knows the advertiser. */
  async campaigns(
    advertiserId: string,
    after: string | undefined,
    max: number,
  ): Promise<{ readonly items: TreeCampaignResponse[]; readonly isLast: boolean } | undefined> {
    const all = this.campaignsOf(advertiserId);
    if (all.length === 0 && this.directory.get(advertiserId) === undefined) return undefined;
    const left = all.filter((id) => after === undefined || id > after);
    const paced = await this.pacing.read(left.slice(0, max), { adGroups: true });
    const items = paced.flatMap((one) =>
      one.campaign === undefined ? [] : [treeCampaignResponse(one.campaign, one)],
    );
    return { items, isLast: left.length <= max };
  }

  private async tell(
    advertiserId: string,
    entry: AdvertiserEntry | undefined,
    day: string,
    campaigns: number,
  ): Promise<AdvertiserResponse> {
    const currency = entry?.currency ?? this.onlyCurrencyOf(advertiserId);
    if (currency === undefined) return advertiserResponse(advertiserId, day, campaigns, undefined);
    const figures = await this.sums.sum({ advertiserId, budget: {}, ...entry, currency }, day);
    return advertiserResponse(advertiserId, day, campaigns, { entry, figures });
  }

  /** What its campaigns' spend can be added up in without a budget; undefined when they have several currencies, or none. */
  private onlyCurrencyOf(advertiserId: string): string | undefined {
    const all = new Set(Array.from(this.directory.campaignsOf(advertiserId), ({ currency }) => currency));
    return all.size === 1 ? [...all][0] : undefined;
  }

  /** What was written before the call is seen, even by a directory that lags. */
  private async current(advertiserId: string): Promise<AdvertiserEntry | undefined> {
    const stream = STREAM.advertiser(advertiserId);
    for await (const last of this.store.read(stream, 'end', { direction: 'backwards', max: 1 })) {
      const known = this.directory.get(advertiserId);
      if (known?.revision === last.revision) return known;
      return entryOf(decider.evolve(undefined, decodeEvent<AdvertiserEvent>(last)), last.revision);
    }
    return undefined;
  }

  private campaignsOf(advertiserId: string): readonly string[] {
    return Array.from(this.directory.campaignsOf(advertiserId), ({ campaignId }) => campaignId).sort();
  }

  private today(): string {
    return formatInstant(this.clock()).slice(0, 'YYYY-MM-DD'.length);
  }
}

/** Each of an advertiser's facts says its whole budget, so the last is enough. */
function entryOf(state: Advertiser | undefined, revision: number): AdvertiserEntry {
  if (state === undefined) throw new Error('An advertiser that was changed has no budget.');
  return { ...state, revision };
}
