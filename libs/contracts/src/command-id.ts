import { uuidv5 } from './uuid.js';

/** Fixed for ever: a decision that gets another id after a release is a decision made twice. */
const NAMESPACE = '6f9b3a52-c0de-5b7e-8a41-f11d7dec2001';

/** The id of the command that a firing makes, from the firing's name (domain's `firingName`). */
export function commandIdOf(firingName: string): string {
  return uuidv5(NAMESPACE, firingName);
}
