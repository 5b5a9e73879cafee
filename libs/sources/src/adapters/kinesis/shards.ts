import { KinesisClient, ListShardsCommand, type Shard } from '@aws-sdk/client-kinesis';

const PAGES_MAX = 1_000;

/** A shard that the stream still holds records of, open or closed. */
export interface KnownShard {
  readonly shardId: string;
  readonly parents: readonly string[];
}

/** All shards of a stream. */
export async function listShards(client: KinesisClient, stream: string): Promise<readonly KnownShard[]> {
  const shards: Shard[] = [];
  let next: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await client.send(
      new ListShardsCommand(next === undefined ? { StreamName: stream } : { NextToken: next }),
    );
    shards.push(...(answer.Shards ?? []));
    next = answer.NextToken;
    if (next === undefined) return shards.map(known);
  }
  throw new Error(`The stream ${stream} has more than ${PAGES_MAX} pages of shards.`);
}

function known({ ShardId, ParentShardId, AdjacentParentShardId }: Shard): KnownShard {
  const parents = [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined);
  return { shardId: ShardId ?? '', parents };
}
