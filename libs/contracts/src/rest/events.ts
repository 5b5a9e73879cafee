/** Media types and the size limit of `POST /v1/events` (api.md). */
export const EVENT_INTAKE = {
  pathPrefix: '/v1/events',
  contentTypes: [
    'application/json',
    'application/x-ndjson',
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
  ],
  bodyLimit: 8 * 1024 * 1024,
} as const;
