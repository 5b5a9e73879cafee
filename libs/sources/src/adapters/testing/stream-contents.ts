import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';

/** The text of every record that a stream holds, shard by shard. */
export async function everything(client: KinesisClient, stream: string): Promise<readonly string[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
  const texts: string[] = [];
  for (const { ShardId } of Shards) {
    let { ShardIterator: iterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    for (let isEnd = false; !isEnd && iterator !== undefined;) {
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      const records = answer.Records ?? [];
      texts.push(...records.map(({ Data }) => Buffer.from(Data ?? []).toString()));
      isEnd = records.length === 0;
      iterator = answer.NextShardIterator;
    }
  }
  return texts;
}
