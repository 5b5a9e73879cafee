/** How a command speaks: one JSON document for programs, or sentences for people. Progress goes to standard error. */
export interface Output {
  readonly json: boolean;
  /** A person watches standard error: progress bars make sense. */
  readonly interactive: boolean;
  /** Prints the command's result. */
  result(value: unknown, sentences: string): void;
}

export function output(json: boolean): Output {
  return {
    json,
    interactive: !json && process.stderr.isTTY,
    result: (value, sentences) => process.stdout.write(`${json ? JSON.stringify(value) : sentences}\n`),
  };
}

/** Exit codes that mean something (sysexits.h): 64 wrong use, 65 what was compared differs, 69 the service refused, 70 a bug or a broken disk, 75 try again. */
export const EXIT = { differs: 65, usage: 64, unavailable: 69, software: 70, tryAgain: 75 } as const;
