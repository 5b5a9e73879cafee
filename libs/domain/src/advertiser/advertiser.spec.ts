import { describe, it } from '@jest/globals';
import { specify } from '@flightdeck/testing';
import { advertiser, type AdvertiserCommand, type AdvertiserEvent } from './advertiser.js';

const { given } = specify(advertiser);
const at = '2026-11-22T10:00:00.000Z';
const said = { advertiserId: 'adv1', actor: 'maria', at };
const budget = { dailyMicros: 100 };
const change: AdvertiserCommand = {
  type: 'ChangeAdvertiserBudget',
  ...said,
  ...{ currency: 'USD', budget, reason: 'Q4' },
};
const changed: AdvertiserEvent = {
  type: 'AdvertiserBudgetChanged',
  data: { ...said, currency: 'USD', budget, reason: 'Q4', effectiveAt: at },
};

describe('the budget of an advertiser', () => {
  it('is given', () => given().when(change).then(changed));
  it('is given once', () => given(changed).when(change).then());
  it('is changed, and the old one kept', () => {
    const next = { lifetimeMicros: 5 };
    given(changed)
      .when({ ...change, budget: next })
      .then({
        type: 'AdvertiserBudgetChanged',
        data: { ...changed.data, budget: next, previous: { currency: 'USD', budget } },
      });
  });
  it('is lifted by one without caps', () => {
    const data = { ...changed.data, budget: {}, previous: { currency: 'USD', budget } };
    given(changed)
      .when({ ...change, budget: {} })
      .then({ type: 'AdvertiserBudgetChanged', data });
  });
  it('is a positive amount', () =>
    given()
      .when({ ...change, budget: { dailyMicros: 0 } })
      .thenRejected({ code: 'InvalidBudget', detail: 'a budget must be a positive integer of micros' }));
  it('holds from when it is said', () =>
    given()
      .when({ ...change, effectiveAt: '2026-11-23T10:00:00.000Z' })
      .thenRejected({
        code: 'InvalidAt',
        detail: 'effectiveAt must be the moment of the change itself: changes apply from now on',
      }));
});
