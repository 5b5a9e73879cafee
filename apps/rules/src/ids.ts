import { uuidv5 } from '@flightdeck/contracts';

/** Namespaces of the ids that rules derive. Fixed for ever: a decision that gets another id after a release is a decision made twice. */
const NAMESPACE = {
  command: '6f9b3a52-c0de-5b7e-8a41-f11d7dec2001',
  commandFact: '6f9b3a52-c0de-5b7e-8a41-f11d7dec2002',
} as const;

/** The id of the command that a firing makes, from the firing's name (domain's `firingName`). */
export function commandIdOf(firingName: string): string {
  return uuidv5(NAMESPACE.command, firingName);
}

/** The stored id of a fact that happens at most once to a command. */
export function commandFactId(commandId: string, type: string): string {
  return uuidv5(NAMESPACE.commandFact, `${commandId} ${type}`);
}
