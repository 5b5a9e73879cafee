/** A record's bytes as text, cut after so many characters. */
export function textOf(base64: string, charactersMax = Number.POSITIVE_INFINITY): string {
  const text = new TextDecoder().decode(
    Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
  );
  return text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text;
}

/** The record to correct, laid out; as it came when it is no JSON. */
export function editableOf(base64: string): string {
  const text = textOf(base64);
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What was typed, as a record; undefined when it is none. */
export function recordOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
