import type { Fault, Json } from './fault-proxy.js';

/** Which entries of a batch fail, by their place in it and what they are. */
export type Fails = (entry: Json, index: number) => boolean;

/** PutRecords in which some entries fail, as Kinesis says it: HTTP 200, `FailedRecordCount`, an error code for each. */
export function partialPutRecords(fails: Fails, ErrorCode = 'ProvisionedThroughputExceededException'): Fault {
  return partialOf('Records', 'FailedRecordCount', fails, ErrorCode);
}

/** PutEvents in which some entries fail: HTTP 200, `FailedEntryCount`, an error code for each. */
export function partialPutEvents(fails: Fails, ErrorCode = 'ThrottlingException'): Fault {
  return partialOf('Entries', 'FailedEntryCount', fails, ErrorCode);
}

/** BatchGetItem that leaves some keys unread and hands them back as `UnprocessedKeys`. */
export function partialBatchGet(fails: Fails): Fault {
  type Asked = Json & { readonly Keys: readonly Json[] };
  let undone: Record<string, Asked> = {};
  const keysWhere = (asked: Asked, isWanted: (key: Json, index: number) => boolean): Asked | undefined => {
    const Keys = asked.Keys.filter(isWanted);
    return Keys.length === 0 ? undefined : { ...asked, Keys };
  };
  return {
    kind: 'rewrite',
    request: (body) => {
      const items = Object.entries(body['RequestItems'] as Record<string, Asked>);
      const of = (isWanted: (key: Json, index: number) => boolean): Record<string, Asked> =>
        Object.fromEntries(
          items.flatMap(([table, asked]) => {
            const some = keysWhere(asked, isWanted);
            return some === undefined ? [] : [[table, some]];
          }),
        );
      undone = of(fails);
      return { ...body, RequestItems: of((key, index) => !fails(key, index)) };
    },
    answer: (body) => ({ ...body, UnprocessedKeys: undone }),
  };
}

/** BatchWriteItem that leaves some requests undone and hands them back as `UnprocessedItems`. */
export function partialBatchWrite(fails: Fails): Fault {
  let undone: Record<string, Json[]> = {};
  return {
    kind: 'rewrite',
    request: (body) => {
      undone = {};
      const done: Record<string, Json[]> = {};
      for (const [table, requests] of Object.entries(body['RequestItems'] as Record<string, Json[]>)) {
        undone[table] = requests.filter(fails);
        done[table] = requests.filter((request, index) => !fails(request, index));
      }
      return { ...body, RequestItems: withoutEmpty(done) };
    },
    answer: (body) => ({ ...body, UnprocessedItems: withoutEmpty(undone) }),
  };
}

/** The peer gets only what is not to fail, so that a failed entry is really not there. At least one entry must not fail. */
function partialOf(entriesField: string, countField: string, fails: Fails, ErrorCode: string): Fault {
  let failed: readonly boolean[] = [];
  return {
    kind: 'rewrite',
    request: (body) => {
      const entries = body[entriesField] as readonly Json[];
      failed = entries.map(fails);
      return { ...body, [entriesField]: entries.filter((_, index) => failed[index] === false) };
    },
    answer: (body) => {
      if (!Array.isArray(body[entriesField])) return body; // an error of the peer's own
      const rest = [...(body[entriesField] as readonly Json[])];
      const entries = failed.map((isFailed) =>
        isFailed ? { ErrorCode, ErrorMessage: 'As the test wants it.' } : rest.shift(),
      );
      const already = Number(body[countField] ?? 0);
      return {
        ...body,
        [entriesField]: entries,
        [countField]: already + failed.filter((isFailed) => isFailed).length,
      };
    },
  };
}

function withoutEmpty(items: Record<string, Json[]>): Record<string, Json[]> {
  return Object.fromEntries(Object.entries(items).filter(([, requests]) => requests.length > 0));
}
