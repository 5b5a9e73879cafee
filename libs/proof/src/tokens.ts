import type { LogReader } from './log/log-reader.js';

/** How the proof log of this process is. */
export type ProofState =
  | { readonly kind: 'kept' }
  /** The ledger is not the one that was signed, or the key is not the one that signed: nothing more is signed until that is settled. */
  | { readonly kind: 'broken'; readonly name: string; readonly detail: string; readonly index?: number };

/** What the process knows of its proof log. */
export interface ProofLog {
  readonly reader: LogReader;
  state(): ProofState;
}

/** Nest injection token of the process's {@link ProofLog}. */
export const PROOF_LOG = Symbol('ProofLog');
