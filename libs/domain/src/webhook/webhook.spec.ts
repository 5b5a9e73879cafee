import { repeatedCommandThatActs, specify } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deliveryState, pauseAfter, RETRY_PAUSES_MS } from './delivery.js';
import { WEBHOOKS_MAX, webhooks, type WebhookCommand, type WebhookEvent } from './webhook.js';

const by = { webhookId: 'w1', actor: 'ann', at: '2026-11-22T10:00:00.000Z' };
const terms = { url: 'https://a.example/', pattern: { source: ['x'] }, description: null };
const create: WebhookCommand = { type: 'CreateWebhook', ...by, ...terms };
const created: WebhookEvent = { type: 'WebhookCreated', data: { ...by, ...terms } };
const rotate: WebhookCommand = { type: 'RotateSecret', ...by, from: 1 };
const rotated: WebhookEvent = { type: 'WebhookSecretRotated', data: { ...by, generation: 2 } };
const remove: WebhookCommand = { type: 'DeleteWebhook', ...by };
const removed: WebhookEvent = { type: 'WebhookDeleted', data: by };
const { given } = specify(webhooks);

describe('webhooks', () => {
  it('are created once', () => {
    given().when(create).then(created);
    given(created).when(create).then();
  });
  it('rotate the secret that was meant, once', () => {
    given().when(rotate).thenRejected({ code: 'NoSuchWebhook' });
    given(created).when(rotate).then(rotated);
    given(created, rotated).when(rotate).then();
  });
  it('are deleted once', () => {
    given(created).when(remove).then(removed);
    given(created, removed).when(remove).then();
  });
  it('are not more than there may be', () => {
    const many = Array.from({ length: WEBHOOKS_MAX }, (_, index): WebhookEvent => ({
      type: 'WebhookCreated',
      data: { ...by, ...terms, webhookId: `other-${index}` },
    }));
    given(...many)
      .when(create)
      .thenRejected({ code: 'TooManyWebhooks' });
  });
  it('bear every command twice', () => {
    const commands = fc.array(
      fc.constantFrom<WebhookCommand[]>(create, rotate, { ...rotate, from: 2 }, remove),
    );
    fc.assert(
      fc.property(commands, (said) => expect(repeatedCommandThatActs(webhooks, said)).toBeUndefined()),
    );
  });
  it('would notice a rotation that happens again', () => {
    const careless: typeof webhooks = {
      ...webhooks,
      decide: (command, state) =>
        command.type === 'RotateSecret'
          ? { accepted: true, events: [rotated] }
          : webhooks.decide(command, state),
    };
    expect(repeatedCommandThatActs(careless, [create, rotate])).toEqual(rotate);
  });
});

describe('retries', () => {
  it('come later and later, a little scattered, and end', () => {
    expect(RETRY_PAUSES_MS.map((_, index) => pauseAfter(index + 1, 0.5))).toEqual(RETRY_PAUSES_MS);
    expect(pauseAfter(1, 0)).toBe(4_000);
    expect(pauseAfter(1, 1)).toBe(6_000);
    expect(pauseAfter(RETRY_PAUSES_MS.length + 1, 0.5)).toBeUndefined();
  });
  it('heed what the receiver asks for, within reason', () => {
    expect(pauseAfter(1, 0.5, 60_000)).toBe(60_000);
    expect(pauseAfter(1, 0.5, 1e12)).toBe(10 * 60 * 60_000);
  });
  it('leave a dead letter at their end', () => {
    const of = { deliveryId: 'd', source: { stream: 's', revision: 0 }, detailType: 'X', at: by.at };
    const failed = { ...of, attempt: 1, status: null, error: 'no' };
    expect(deliveryState({ type: 'DeliveryFailed', data: { ...failed, nextAt: by.at } })).toBe('waiting');
    expect(deliveryState({ type: 'DeliveryFailed', data: { ...failed, nextAt: null } })).toBe('dead');
    expect(deliveryState({ type: 'DeliverySucceeded', data: { ...of, attempt: 2, status: 200 } })).toBe(
      'delivered',
    );
    expect(deliveryState({ type: 'DeliveryRedriven', data: { ...of, actor: 'ann' } })).toBe('waiting');
  });
});
