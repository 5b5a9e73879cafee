import { uuidv5 } from '@flightdeck/contracts';

/** Namespaces of the ids that rules derive. Fixed for ever: a decision that gets another id after a release is a decision made twice. */
const NAMESPACE = {
  commandFact: '6f9b3a52-c0de-5b7e-8a41-f11d7dec2002',
  decision: '6f9b3a52-c0de-5b7e-8a41-f11d7dec2003',
} as const;

/** The stored id of a fact that happens at most once to a command. */
export function commandFactId(commandId: string, type: string): string {
  return uuidv5(NAMESPACE.commandFact, `${commandId} ${type}`);
}

/** The stored id of a decision's fact, from what makes it the same fact. */
export function decisionFactId(name: string): string {
  return uuidv5(NAMESPACE.decision, name);
}
