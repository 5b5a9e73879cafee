/** 1–128 of letters, digits, `.` `_` `:` `-`, starting with a letter or digit (domain.md §2). */
export const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/u;
const IDENTIFIER_LENGTH_MAX = 128;

// Control characters, lone surrogates and line separators would not survive a round trip through UTF-8, logs and NDJSON.
const PRINTABLE_CHARACTER = String.raw`[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]`;
const SPACE = 0x20;
const TILDE = 0x7e;

/** Texts of so many printable characters (Unicode code points). */
export function printablePattern(charactersMin: number, charactersMax: number): RegExp {
  return new RegExp(`^${PRINTABLE_CHARACTER}{${charactersMin},${charactersMax}}$`, 'u');
}

const PRINTABLE_PATTERN = new RegExp(`^\\^${escaped(PRINTABLE_CHARACTER)}\\{(\\d+),(\\d+)\\}\\$$`);

/** What ajv asks of a compiled pattern; `toString` tells one from another. */
export interface CompiledPattern {
  test(text: string): boolean;
  toString(): string;
}

/**
 * Compiles the schema's patterns. Those that are tested a dozen times in every event are loops over character codes, which cost
 * a fraction of the regular expression; whatever such a loop does not know, the regular expression decides.
 */
export function compilePattern(pattern: string, flags: string): CompiledPattern {
  const regExp = new RegExp(pattern, flags);
  if (pattern === IDENTIFIER.source) return { test: isIdentifier, toString: () => pattern };
  const [, charactersMin, charactersMax] = PRINTABLE_PATTERN.exec(pattern) ?? [];
  if (charactersMin === undefined || charactersMax === undefined) return regExp;
  const [min, max] = [Number(charactersMin), Number(charactersMax)];
  return { test: (text) => isPrintableAscii(text, min, max) || regExp.test(text), toString: () => pattern };
}
/** Needed by ajv for standalone code only, which is not made here. */
compilePattern.code = 'compilePattern';

/** By character code: 0 not in an identifier, 1 not at its start, 2 anywhere. */
const IDENTIFIER_CHARACTERS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z0-9]/.test(character)) return 2;
  return /[._:-]/.test(character) ? 1 : 0;
});

function isIdentifier(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > IDENTIFIER_LENGTH_MAX) return false;
  if (IDENTIFIER_CHARACTERS[text.charCodeAt(0)] !== 2) return false;
  for (let at = 1; at < length; at++) {
    const kind = IDENTIFIER_CHARACTERS[text.charCodeAt(at)];
    if (kind === undefined || kind === 0) return false;
  }
  return true;
}

function isPrintableAscii(text: string, min: number, max: number): boolean {
  const { length } = text;
  if (length < min || length > max) return false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < SPACE || code > TILDE) return false;
  }
  return true;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
