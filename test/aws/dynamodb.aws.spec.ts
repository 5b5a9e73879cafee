import { dynamoDbReadModels } from '@flightdeck/read-models/dynamodb';
import { dynamoDbAddress, PEER_CREDENTIALS, startMoto, type AwsPeer } from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

Object.assign(process.env, PEER_CREDENTIALS);

const row = (key: string, revision: number, text: string) => ({
  ...{ table: 'counters', key, partition: 1, revision },
  value: new TextEncoder().encode(text),
});

describe('read models in DynamoDB (moto; the whole contract runs against dynalite)', () => {
  let moto: AwsPeer;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.close());

  it('keep rows over lower revisions only, with the checkpoint, and refuse a projector that was replaced', async () => {
    const address = dynamoDbAddress(moto, 'read-models');
    const first = dynamoDbReadModels(address);
    const second = dynamoDbReadModels(address);
    const zombie = await first.takeOver();
    const rows = [row('c1/a', 5, 'five'), row('c1/b', 5, 'five')];
    expect(await first.commit(zombie, { rows, checkpoints: { ads: '5' } })).toEqual({ ok: true, seen: 0 });
    const writer = await second.takeOver();
    const later = { rows: [row('c1/a', 4, 'four'), row('c1/b', 6, 'six')], checkpoints: { ads: '6' } };
    expect(await second.commit(writer, later)).toEqual({ ok: true, seen: 1 });
    const late = { rows: [row('c1/a', 7, 'seven')], checkpoints: { ads: '7' } };
    expect(await first.commit(zombie, late)).toEqual({ ok: false, reason: 'fenced' });
    const stored = await second.load('counters', ['c1/a', 'c1/b', 'c1/c']);
    expect(stored.map((one) => one && new TextDecoder().decode(one.value))).toEqual([
      'five',
      'six',
      undefined,
    ]);
    expect(await second.checkpoint('ads')).toBe('6');
    await Promise.all([first.close(), second.close()]);
  });
});
