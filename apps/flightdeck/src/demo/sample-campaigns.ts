import type { PacingMode } from '@flightdeck/domain';

/** A campaign of the demonstration and how its traffic behaves. */
export interface SampleCampaign {
  readonly campaignId: string;
  readonly name: string;
  readonly advertiserId: string;
  readonly currency: string;
  readonly timezone: string;
  readonly dailyMicros: number;
  readonly mode: PacingMode;
  readonly tags: readonly string[];
  /** CPM price in micros. */
  readonly cpmMicros: number;
  /** Spend that its traffic makes on a whole day, as a share of the daily budget: above 1 it overspends. */
  readonly appetite: number;
  readonly clickRate: number;
  readonly conversionRate: number;
}

/** One of each kind of day: on plan, under-delivering, overspending early, quiet. */
export const SAMPLE_CAMPAIGNS: readonly SampleCampaign[] = [
  {
    ...{ campaignId: 'spring-savings', name: 'Spring savings account', advertiserId: 'adv-retail-bank' },
    ...{ currency: 'USD', timezone: 'America/New_York', dailyMicros: 30_000_000, mode: 'traffic' },
    ...{
      cpmMicros: 2_400_000,
      appetite: 1,
      clickRate: 0.012,
      conversionRate: 0.04,
      tags: ['savings', 'always-on'],
    },
  },
  {
    ...{ campaignId: 'mortgage-fixed', name: 'Fixed-rate mortgage', advertiserId: 'adv-retail-bank' },
    ...{ currency: 'USD', timezone: 'America/Chicago', dailyMicros: 65_000_000, mode: 'even' },
    ...{ cpmMicros: 6_800_000, appetite: 1.35, clickRate: 0.006, conversionRate: 0.02, tags: ['mortgage'] },
  },
  {
    ...{ campaignId: 'student-card', name: 'Student credit card', advertiserId: 'adv-cards' },
    ...{ currency: 'USD', timezone: 'America/Los_Angeles', dailyMicros: 20_000_000, mode: 'traffic' },
    ...{
      cpmMicros: 1_900_000,
      appetite: 0.6,
      clickRate: 0.021,
      conversionRate: 0.05,
      tags: ['cards', 'young'],
    },
  },
  {
    ...{ campaignId: 'travel-card', name: 'Travel rewards card', advertiserId: 'adv-cards' },
    ...{ currency: 'EUR', timezone: 'Europe/Berlin', dailyMicros: 45_000_000, mode: 'ahead' },
    ...{ cpmMicros: 4_100_000, appetite: 1.1, clickRate: 0.014, conversionRate: 0.03, tags: ['cards'] },
  },
  {
    ...{ campaignId: 'sme-loans', name: 'Loans for small businesses', advertiserId: 'adv-business' },
    ...{ currency: 'EUR', timezone: 'Europe/Paris', dailyMicros: 55_000_000, mode: 'even' },
    ...{ cpmMicros: 7_500_000, appetite: 0.85, clickRate: 0.005, conversionRate: 0.03, tags: ['business'] },
  },
  {
    ...{ campaignId: 'pension-plan', name: 'Pension plan', advertiserId: 'adv-wealth' },
    ...{ currency: 'GBP', timezone: 'Europe/London', dailyMicros: 37_500_000, mode: 'traffic' },
    ...{ cpmMicros: 5_200_000, appetite: 1.6, clickRate: 0.004, conversionRate: 0.02, tags: ['wealth'] },
  },
  {
    ...{ campaignId: 'robo-invest', name: 'Robo investing', advertiserId: 'adv-wealth' },
    ...{ currency: 'JPY', timezone: 'Asia/Tokyo', dailyMicros: 4_500_000_000, mode: 'asap' },
    ...{
      cpmMicros: 520_000_000,
      appetite: 0.95,
      clickRate: 0.011,
      conversionRate: 0.02,
      tags: ['wealth', 'app'],
    },
  },
  {
    ...{ campaignId: 'app-install', name: 'Banking app install', advertiserId: 'adv-retail-bank' },
    ...{ currency: 'USD', timezone: 'America/New_York', dailyMicros: 15_000_000, mode: 'even' },
    ...{ cpmMicros: 1_100_000, appetite: 2.2, clickRate: 0.03, conversionRate: 0.12, tags: ['app'] },
  },
];
