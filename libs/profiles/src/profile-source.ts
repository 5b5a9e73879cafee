/** Reference data of a user: text by name. */
export type Profile = Readonly<Record<string, string>>;

/** What is kept of a user: a profile, or something that is none and has to be mended where it is kept. */
export type Found = Profile | 'unusable';

/** Where reference data of users comes from. Keyed by the producer's userId. */
export interface ProfileSource {
  /** What it has of these users, at most {@link USERS_A_QUESTION_MAX}; one nobody knows is left out. An exception: it cannot tell now. */
  find(userIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Found>>;
}

/** The most users of one question: what one BatchGetItem takes. */
export const USERS_A_QUESTION_MAX = 100;
