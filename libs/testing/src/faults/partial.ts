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
  return partialBatch(
    'UnprocessedKeys',
    (asked: Json, isWanted) => {
      const Keys = (asked['Keys'] as readonly Json[]).filter(isWanted);
      return Keys.length === 0 ? undefined : { ...asked, Keys };
    },
    fails,
  );
}

/** BatchWriteItem that leaves some requests undone and hands them back as `UnprocessedItems`. */
export function partialBatchWrite(fails: Fails): Fault {
  return partialBatch(
    'UnprocessedItems',
    (requests: readonly Json[], isWanted) => {
      const some = requests.filter(isWanted);
      return some.length === 0 ? undefined : some;
    },
    fails,
  );
}

/** `some` answers what of a table's share of a call is wanted; undefined when nothing is. */
function partialBatch<T>(
  undoneField: string,
  some: (share: T, isWanted: Fails) => T | undefined,
  fails: Fails,
): Fault {
  const of = (items: Readonly<Record<string, T>>, isWanted: Fails): Json =>
    Object.fromEntries(
      Object.entries(items).flatMap(([table, share]) => {
        const part = some(share, isWanted);
        return part === undefined ? [] : [[table, part]];
      }),
    );
  return {
    kind: 'rewrite',
    call: (body) => {
      const items = body['RequestItems'] as Readonly<Record<string, T>>;
      const undone = of(items, fails);
      return {
        sent: { ...body, RequestItems: of(items, (entry, index) => !fails(entry, index)) },
        answer: (answer) => ({ ...answer, [undoneField]: undone }),
      };
    },
  };
}

/** The peer gets only what is not to fail, so that a failed entry is really not there. At least one entry must not fail. */
function partialOf(entriesField: string, countField: string, fails: Fails, ErrorCode: string): Fault {
  return {
    kind: 'rewrite',
    call: (body) => {
      const entries = body[entriesField] as readonly Json[];
      const failed = entries.map(fails);
      return {
        sent: { ...body, [entriesField]: entries.filter((_, index) => failed[index] === false) },
        answer: (answer) => {
          if (!Array.isArray(answer[entriesField])) return answer; // an error of the peer's own
          const rest = [...(answer[entriesField] as readonly Json[])];
          const all = failed.map((isFailed) =>
            isFailed ? { ErrorCode, ErrorMessage: 'As the test wants it.' } : rest.shift(),
          );
          const count = Number(answer[countField] ?? 0) + failed.filter((isFailed) => isFailed).length;
          return { ...answer, [entriesField]: all, [countField]: count };
        },
      };
    },
  };
}

/** A field of an entry of PublishBatch: `PublishBatchRequestEntries.member.3.Message`. */
const ENTRY_FIELD = /^PublishBatchRequestEntries\.member\.(\d+)\.(.+)$/u;

/**
 * PublishBatch in which some entries fail, as SNS says it: HTTP 200 and a list of what failed. The topic sees only the others. At
 * least one entry must not fail.
 */
export function partialPublishBatch(fails: (index: number) => boolean, SenderFault = false): Fault {
  return {
    kind: 'rewrite-form',
    call: (fields) => {
      const sent: Record<string, unknown> = {};
      const numbers = new Map<number, number>();
      const failedIds: string[] = [];
      for (const [name, value] of Object.entries(fields)) {
        const [, number = '', rest = ''] = ENTRY_FIELD.exec(name) ?? [];
        const index = Number(number) - 1;
        if (number === '') sent[name] = value;
        else if (fails(index)) {
          if (rest === 'Id') failedIds.push(String(value));
        } else {
          if (!numbers.has(index)) numbers.set(index, numbers.size + 1);
          sent[`PublishBatchRequestEntries.member.${numbers.get(index) ?? 0}.${rest}`] = value;
        }
      }
      return { sent, answer: (xml) => withFailed(xml, failedIds, SenderFault) };
    },
  };
}

function withFailed(xml: string, ids: readonly string[], SenderFault: boolean): string {
  const members = ids.map(
    (id) =>
      `<member><Id>${id}</Id><Code>InternalError</Code><SenderFault>${SenderFault}</SenderFault></member>`,
  );
  return xml
    .replace(/<Failed\s*\/>|<Failed>\s*<\/Failed>/u, '')
    .replace('</PublishBatchResult>', `<Failed>${members.join('')}</Failed></PublishBatchResult>`);
}
