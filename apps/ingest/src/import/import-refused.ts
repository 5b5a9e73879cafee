/** The file, or an option, is not what the format needs. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}

/** Makes ad events, each a JSON text on one line, of the lines of one file. May remember what it saw, within a limit. */
export type LineReader = (line: string, lineNumber: number) => readonly string[];
