import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { firstOfEachId, Random } from '@flightdeck/testing';
import { expectOracle, Pipeline, traffics } from './oracle/pipeline.js';

const PERMUTATIONS = 1_000;
/** Permutations that share a ledger and read models, as campaigns do. */
const SHARING = 50;

describe('exactly once, from the request to the read models', () => {
  const opened: Pipeline[] = [];
  async function pipelineOf(seed: number): Promise<Pipeline> {
    const pipeline = await Pipeline.open(new Random(seed), {
      open: (directory) => lmdbReadModels(join(directory, 'read-models')),
    });
    opened.push(pipeline);
    return pipeline;
  }
  afterEach(async () => {
    for (const pipeline of opened.splice(0)) await pipeline.close();
  });

  const firsts = Array.from({ length: PERMUTATIONS / SHARING }, (_, i) => i * SHARING);
  it.each(firsts)(`says what the oracle says of ${SHARING} permutations from %d`, async (first) => {
    const pipeline = await pipelineOf(first);
    let accepted = 0;
    for (const traffic of traffics(first, SHARING)) {
      await pipeline.run(traffic);
      await expectOracle(pipeline, traffic);
      accepted += firstOfEachId(traffic.sent).length;
    }
    expect(await pipeline.accepted()).toBe(accepted);
  });

  it('is caught when it counts an event twice', async () => {
    const pipeline = await pipelineOf(1);
    const [traffic] = traffics(1, 1);
    if (traffic === undefined) throw new Error('One traffic was asked for.');
    await pipeline.run(traffic);
    await expectOracle(pipeline, traffic);
    const last = pipeline.history.at(-1);
    if (last === undefined) throw new Error('The ledger took nothing.');
    const { id, type, stream, data, metadata, recordedAtMs } = last;
    pipeline.history.push({ id, type, stream, data, metadata, recordedAtMs, revision: last.revision + 1 });
    await pipeline.fold();
    await expect(expectOracle(pipeline, traffic)).rejects.toThrow('events');
  });
});
