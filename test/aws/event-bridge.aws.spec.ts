import { eventBridgeBus, type EventBridgeBus } from '@flightdeck/bus/eventbridge';
import type { CommandDetail } from '@flightdeck/domain';
import {
  commandBusContract,
  commandDetail,
  eventBridgeTarget,
  PEER_CREDENTIALS,
  PEER_REGION,
  startMoto,
  type AwsPeer,
  type EventBridgeTarget,
  type TargetEvent,
} from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

Object.assign(process.env, PEER_CREDENTIALS);

const open = (moto: AwsPeer, bus: string): EventBridgeBus =>
  eventBridgeBus(`eventbridge://${bus}?region=${PEER_REGION}&endpoint=${encodeURIComponent(moto.url)}`, {
    ...{ sleep: async () => undefined, random: Math.random, monotonicMs: () => performance.now() },
  });
const targetOf = (moto: AwsPeer, bus: string, pattern?: unknown): Promise<EventBridgeTarget> =>
  eventBridgeTarget({ region: PEER_REGION, endpoint: moto.url, bus, pattern });

async function all(target: EventBridgeTarget): Promise<TargetEvent[]> {
  const received: TargetEvent[] = [];
  for (let more = await target.receive(); more.length > 0; more = await target.receive())
    received.push(...more);
  return received;
}

commandBusContract('eventbridge → a rule → sqs (moto)', async () => {
  const moto = await startMoto();
  const target = await targetOf(moto, 'ads');
  const bus = open(moto, 'ads');
  const received: CommandDetail[] = [];
  return {
    bus,
    received: async () => {
      received.push(...(await all(target)).map(({ detail }) => detail as CommandDetail));
      return [...received];
    },
    close: async () => {
      bus.close();
      target.close();
      await moto.close();
    },
  };
});

describe("a campaign system's rule on the bus", () => {
  let moto: AwsPeer;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.close());

  it('sees who says so, which command, and when; and only what its pattern asks for', async () => {
    const pattern = { source: ['flightdeck.rules'], detail: { campaignId: [{ prefix: 'spring-' }] } };
    const target = await targetOf(moto, 'some', pattern);
    const bus = open(moto, 'some');
    const wanted = commandDetail('spring-1', 2);
    await bus.publish([commandDetail('autumn-1', 1), wanted]);
    const received = await all(target);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      ...{ source: 'flightdeck.rules', 'detail-type': 'PauseCampaign', detail: wanted },
      ...{ id: expect.any(String), time: expect.any(String) },
    });
    bus.close();
    target.close();
  });
});
