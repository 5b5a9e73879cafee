import type { Profile } from '../prepare/settings.js';

/** Where reference data of users comes from. Keyed by the producer's userId. */
export interface ProfileSource {
  /** The user's profile, or undefined when nobody knows the user. An exception means that it cannot tell now. */
  find(userId: string, signal: AbortSignal): Promise<Profile | undefined>;
}
