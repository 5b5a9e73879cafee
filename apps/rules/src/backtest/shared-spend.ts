import type { AdvertiserFigures } from '@flightdeck/domain';
import { AdvertiserReader, type OnDay, type ReadModels } from '@flightdeck/read-models';
import type { PastAdvertisers } from './advertisers.js';

/** What advertisers' campaigns have spent together, each sum made once as long as nothing changes. */
export class SharedSpend {
  private readonly reader: AdvertiserReader;
  /** One per advertiser with a budget and local date of the moment: there are three such dates on earth at most. */
  private readonly sums = new Map<string, AdvertiserFigures | undefined>();

  constructor(
    private readonly holders: PastAdvertisers,
    readModels: Pick<ReadModels, 'spent'>,
  ) {
    this.reader = new AdvertiserReader(holders, readModels);
  }

  /** Undefined where no budget is shared; `unknown` where the sum has to be {@link read}. */
  known({ campaign, day }: OnDay): AdvertiserFigures | undefined | 'unknown' {
    if (campaign === undefined || this.holders.get(campaign.advertiserId) === undefined) return undefined;
    return this.sums.get(`${campaign.advertiserId}/${day}`) ?? 'unknown';
  }

  async read(asked: OnDay): Promise<AdvertiserFigures | undefined> {
    const known = this.known(asked);
    if (known !== 'unknown') return known;
    const [sum] = await this.reader.read([asked]);
    this.sums.set(`${asked.campaign?.advertiserId ?? ''}/${asked.day}`, sum);
    return sum;
  }

  /** Something was folded that may change a sum. */
  forget(): void {
    this.sums.clear();
  }
}
