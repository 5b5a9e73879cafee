export interface Verdict {
  readonly ok: boolean;
  readonly problems: readonly { readonly code: string; readonly detail: string }[];
  readonly events?: number;
  readonly checkpoints?: number;
  readonly anchors?: number;
}

export type Files = ReadonlyMap<string, Uint8Array | (() => Uint8Array)>;

export function verifyBundle(
  files: Files,
  options?: { readonly key?: string; readonly anchors?: readonly string[]; readonly partial?: boolean },
): Verdict;
export function verifyProof(proof: unknown, options?: { readonly key?: string }): Verdict;
export function openBundle(path: string): Files;
/** @throws when it is no archive of the server's own. */
export function untar(archive: Uint8Array): Map<string, Uint8Array>;
