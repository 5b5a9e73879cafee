import { KinesisClient, type SubscribeToShardCommand } from '@aws-sdk/client-kinesis';
import { awsClientConfig } from '@flightdeck/aws';
import {
  FAN_OUT_FAULTS,
  PEER_CREDENTIALS,
  PEER_REGION,
  startFanOutPeer,
  type FanOutFault,
  type FanOutPeer,
} from '@flightdeck/testing';
import { NodeHttp2Handler } from '@smithy/node-http-handler';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SHARD_END } from './lease-table.js';
import { subscribeToShards } from './subscribe-shard.js';

Object.assign(process.env, PEER_CREDENTIALS);

const RECORDS = Array.from({ length: 21 }, (_, index) => `r${index + 1}`);
/** How long nothing may come: short where it is a fault, and no matter where there is none. */
const SILENCE_MS = { faulty: 300, sound: 60_000 };

let peer: FanOutPeer;
let client: KinesisClient;
afterEach(async () => {
  client.destroy();
  await peer.close();
});

/** Reads the whole shard over HTTP/2 with the SDK's own client, as in production. */
async function read(
  faultOf?: (subscription: number) => FanOutFault | undefined,
  { through = (own: KinesisClient) => own, recordsMax = Infinity } = {},
) {
  peer = await startFanOutPeer(RECORDS, faultOf);
  client = new KinesisClient({
    ...awsClientConfig({ region: PEER_REGION, endpoint: peer.url }),
    requestHandler: new NodeHttp2Handler(),
  });
  const came = { taken: [] as string[], reached: [] as string[], retries: 0, behind: [] as number[] };
  const stop = new AbortController();
  const silenceMs = faultOf === undefined ? SILENCE_MS.sound : SILENCE_MS.faulty;
  await subscribeToShards({ client: through(client), consumerArn: async () => 'arn', silenceMs })(
    {
      ...{ client, stream: 'ads', random: () => 0, monotonicMs: () => performance.now() },
      pause: async () => undefined,
      take: async ({ records }) => {
        came.taken.push(...records.map(({ data }) => Buffer.from(data).toString()));
        if (came.taken.length >= recordsMax) stop.abort();
      },
      onRead: (millisBehindLatest) => came.behind.push(millisBehindLatest),
      onRetry: () => (came.retries += 1),
      onGap: (from) => {
        throw new Error(`There is no gap at ${from}.`);
      },
    },
    'shard',
    undefined,
    (place) => came.reached.push(place),
    stop.signal,
  );
  return came;
}

describe('enhanced fan-out over HTTP/2', () => {
  it('reads a shard to its end, subscription after subscription', async () => {
    const { taken, reached, retries, behind } = await read();
    expect(taken).toEqual(RECORDS);
    expect(peer.subscriptions).toEqual(['TRIM_HORIZON', '6', '12', '18']);
    expect([reached.at(-1), retries, behind.at(-1)]).toEqual([SHARD_END, 0, 0]);
  });

  it.each(FAN_OUT_FAULTS)(
    'loses nothing and reads nothing twice when subscriptions are: %s',
    async (fault) => {
      const { taken, reached, retries } = await read((subscription) =>
        subscription % 2 === 1 ? fault : undefined,
      );
      expect(taken).toEqual(RECORDS);
      expect(reached.at(-1)).toBe(SHARD_END);
      // Four it takes when none breaks, and a late one breaks nothing.
      if (fault === 'late') expect([peer.subscriptions.length, retries]).toEqual([4, 0]);
      else expect(peer.subscriptions.length).toBeGreaterThan(4);
    },
  );

  it('would be seen to read twice if each subscription began at the oldest record (planted)', async () => {
    const forgetful = (own: KinesisClient) =>
      ({
        send: (command: SubscribeToShardCommand, options: object) => {
          command.input.StartingPosition = { Type: 'TRIM_HORIZON' };
          return own.send(command, options);
        },
      }) as unknown as KinesisClient;
    const { taken } = await read(undefined, { through: forgetful, recordsMax: 12 });
    expect(taken).not.toEqual(RECORDS.slice(0, 12));
  });
});
