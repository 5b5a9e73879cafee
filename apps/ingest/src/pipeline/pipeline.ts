import { isPlainObject } from '../parse/plain-object.js';
import { parseRecords, type RecordFrames } from '../parse/parse-records.js';
import { parseRequest } from '../parse/parse-request.js';
import type { ParsedRequest, RequestRefusal } from '../parse/parsed-request.js';
import type { Prepared, Profiles } from '../prepare/prepared.js';
import type { Preparer } from '../prepare/preparer.js';
import type { RequestContext } from '../prepare/settings.js';

/** One request for the pipeline. */
export interface PipelineJob {
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  /** The body holds records of a stream, whatever the content type. */
  readonly frames?: RecordFrames;
  readonly context: RequestContext;
  /** Answer the eventId of each record. */
  readonly eventIds: boolean;
}

/** A request as a whole is refused, or each of its records is prepared or refused. */
export type PipelineResult =
  | { readonly ok: true; readonly prepared: Prepared }
  | { readonly ok: false; readonly refusal: RequestRefusal };

/** Profiles of users, never late and never throwing. */
export type ProfilesOf = (userIds: readonly string[]) => Promise<Profiles>;

/** The most users of one request who are looked up. */
const USERS_MAX = 10_000;
/** An event of a longer one is refused, so nobody is asked about it. */
const USER_LENGTH_MAX = 256;

/** Bytes in, stored events out: parse, look profiles up where there is a source of them, prepare. */
export async function runPipeline(
  job: PipelineJob,
  preparer: Preparer,
  profilesOf?: ProfilesOf,
): Promise<PipelineResult> {
  const parsed =
    job.frames === undefined
      ? parseRequest(job.body, job.contentType)
      : ({ ok: true, request: parseRecords(job.body, job.frames) } as const);
  if (!parsed.ok) return parsed;
  const { request } = parsed;
  const profiles = profilesOf === undefined ? undefined : await profilesOf(usersIn(request));
  const prepared = preparer.prepare(request, job.context, {
    eventIds: job.eventIds,
    ...(profiles === undefined ? {} : { profiles }),
  });
  return { ok: true, prepared };
}

function usersIn(request: ParsedRequest): readonly string[] {
  const users = new Set<string>();
  for (const value of request.values) {
    const userId = isPlainObject(value) ? value['userId'] : undefined;
    if (typeof userId !== 'string' || userId === '' || userId.length > USER_LENGTH_MAX) continue;
    if (users.size < USERS_MAX) users.add(userId);
  }
  return [...users];
}
