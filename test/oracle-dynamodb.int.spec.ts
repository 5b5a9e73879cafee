import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoDbReadModels } from '@flightdeck/read-models/dynamodb';
import {
  dynamoDbAddress,
  firstOfEachId,
  Random,
  startDynalite,
  startFaultProxy,
  type AwsPeer,
  type Fault,
  type FaultProxy,
} from '@flightdeck/testing';
import { expectOracle, Pipeline, traffics, type ReadModelPlace } from './oracle/pipeline.js';

process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';

const PERMUTATIONS = 40;
/** Permutations that share a ledger and read models. */
const SHARING = 10;
/** The way to the store breaks after so many calls at most; a little later each time, or a large commit would never be whole. */
const CALLS_MAX = 150;
const LATER_TIMES = 10;
const AT_ONCE = { sleep: async () => undefined, random: () => 0 };

/** A DynamoDB whose connection goes for good after some calls, whatever of a commit has been done by then. */
class Crashing implements ReadModelPlace {
  private left = CALLS_MAX;
  /** While false nothing breaks. */
  isArmed = true;
  crashes = 0;

  constructor(
    private readonly proxy: FaultProxy,
    private readonly table: string,
    private readonly random: Random,
  ) {
    proxy.fault = () => this.befall();
  }

  open(): ReturnType<ReadModelPlace['open']> {
    this.left = this.random.between(1, CALLS_MAX * (1 + (this.crashes % LATER_TIMES)));
    return dynamoDbReadModels(dynamoDbAddress({ url: this.proxy.url }, this.table), Date.now, AT_ONCE);
  }

  isCrash(error: unknown): boolean {
    if (this.left > 0) return false;
    this.crashes += 1;
    return error instanceof Error;
  }

  /** The last call is done, and its answer is lost. */
  private befall(): Fault | undefined {
    if (this.isArmed) this.left -= 1;
    if (this.left > 0) return undefined;
    return this.left === 0 ? { kind: 'cut' } : { kind: 'answer', status: 400, type: 'AccessDeniedException' };
  }
}

describe('exactly once, from the request to read models in DynamoDB', () => {
  let peer: AwsPeer;
  let proxy: FaultProxy;
  beforeAll(async () => {
    peer = await startDynalite();
    proxy = await startFaultProxy(peer.url);
  });
  afterAll(async () => {
    await proxy.close();
    await peer.close();
  });

  const firsts = Array.from({ length: PERMUTATIONS / SHARING }, (_, i) => i * SHARING);
  it.each(firsts)(
    `says what the oracle says of ${SHARING} permutations from %d, whatever call the process dies at`,
    async (first) => {
      const random = new Random(first);
      const place = new Crashing(proxy, `oracle-${first}`, random);
      const pipeline = await Pipeline.open(random, place);
      let accepted = 0;
      for (const traffic of traffics(first, SHARING)) {
        place.isArmed = true;
        await pipeline.run(traffic);
        place.isArmed = false;
        await expectOracle(pipeline, traffic);
        accepted += firstOfEachId(traffic.sent).length;
      }
      expect(await pipeline.accepted()).toBe(accepted);
      expect(place.crashes).toBeGreaterThan(0);
      await pipeline.close();
    },
  );
});
