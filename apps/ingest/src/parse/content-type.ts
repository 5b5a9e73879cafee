/** The forms in which ad events are accepted (api.md). */
export type BodyForm = 'json' | 'ndjson' | 'cloud-event' | 'cloud-event-batch';

const FORMS: ReadonlyMap<string, BodyForm> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['application/cloudevents+json', 'cloud-event'],
  ['application/cloudevents-batch+json', 'cloud-event-batch'],
]);

/** Every media type in which ad events are accepted. */
export const EVENT_CONTENT_TYPES: readonly string[] = [...FORMS.keys()];

const CHARSETS = ['utf-8', 'utf8', 'us-ascii'];

/** The form that a Content-Type header names, or undefined for any other, and for a charset that is not UTF-8. */
export function bodyForm(contentType: string | undefined): BodyForm | undefined {
  const [mediaType = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (charset !== undefined && !CHARSETS.includes(charset)) return undefined;
  return FORMS.get(mediaType.trim());
}
