/** What the server answered when it was not a success: its status and its problem document's words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retryAfterMs: number,
  ) {
    super(detail);
  }
}

const BUSY_ATTEMPTS_MAX = 100;
const BUSY_PAUSE_MS = 100;

/** A client of one Flightdeck over HTTP, as the command line uses it. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  async get(path: string): Promise<unknown> {
    return this.call('GET', path);
  }

  async post(path: string, body: unknown): Promise<unknown> {
    return this.call('POST', path, JSON.stringify(body));
  }

  async delete(path: string): Promise<void> {
    await this.call('DELETE', path);
  }

  /** The body of a GET as it comes; one that ends early fails while it is read. */
  async stream(path: string): Promise<ReadableStream<Uint8Array>> {
    const response = await fetch(this.url + path, { headers: { authorization: `Bearer ${this.token}` } });
    if (!response.ok || response.body === null) throw apiError(response, await response.text());
    return response.body;
  }

  /** Posts events; while the pipeline is full (429) it waits as told and sends the same bytes again, which is harmless. */
  async postEvents(ndjson: Uint8Array, query: string): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.call('POST', `/v1/events${query}`, ndjson, 'application/x-ndjson');
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 429 || attempt >= BUSY_ATTEMPTS_MAX) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.max(error.retryAfterMs, BUSY_PAUSE_MS)));
      }
    }
  }

  private async call(
    method: string,
    path: string,
    body?: string | Uint8Array,
    contentType = 'application/json',
  ): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw apiError(response, text);
    return text === '' ? undefined : JSON.parse(text);
  }
}

function apiError(response: Response, text: string): ApiError {
  const retryAfterMs = Number(response.headers.get('retry-after') ?? '0') * 1000;
  let problem: { code?: string; detail?: string; title?: string };
  try {
    problem = JSON.parse(text) as typeof problem;
  } catch {
    problem = { detail: text.slice(0, 500) }; // a proxy's page, not ours: say what it said
  }
  const detail = problem.detail ?? problem.title ?? `HTTP ${response.status}`;
  return new ApiError(response.status, problem.code ?? `http-${response.status}`, detail, retryAfterMs);
}
