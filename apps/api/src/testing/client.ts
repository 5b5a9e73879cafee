export interface Request {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

export type Call = (method: string, path: string, request?: Request) => Promise<Answer>;

/** A client that speaks JSON. An empty token sends no Authorization. */
export function client(url: string): Call {
  return async (method, path, { token = '', body, headers = {} } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  };
}

export interface Frame {
  readonly topic: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

/** A client of the event stream that keeps every frame it sees. */
export class StreamReader {
  readonly frames: Frame[] = [];
  readonly comments: string[] = [];
  private readonly stopping = new AbortController();
  private waiting: (() => void) | undefined;
  ended = false;

  private constructor() {
    this.stopping.signal.addEventListener('abort', () => this.waiting?.());
  }

  static async open(url: string, token: string, lastEventId?: string): Promise<StreamReader> {
    const reader = new StreamReader();
    const response = await fetch(url, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: reader.stopping.signal,
    });
    if (response.status !== 200 || response.body === null)
      throw new Error(`The stream answered ${response.status}.`);
    void reader.read(response.body);
    return reader;
  }

  /** Resolves with the frames once there are as many as wanted that fit. */
  async until(count: number, fits: (frame: Frame) => boolean = () => true): Promise<readonly Frame[]> {
    for (;;) {
      const fitting = this.frames.filter(fits);
      if (fitting.length >= count) return fitting;
      if (this.ended) throw new Error(`The stream ended after ${fitting.length} of ${count} frames.`);
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
  }

  /** Resolves once the server has said hello: what happens from now on is told. */
  async untilConnected(): Promise<void> {
    while (this.comments.length === 0 && !this.ended)
      await new Promise<void>((resolve) => (this.waiting = resolve));
  }

  async untilEnded(): Promise<void> {
    while (!this.ended) await new Promise<void>((resolve) => (this.waiting = resolve));
  }

  /** Cuts the connection, as a network would. */
  kill(): void {
    this.stopping.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = '';
    const decoder = new TextDecoder();
    try {
      for await (const part of body) {
        rest += decoder.decode(part, { stream: true });
        for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
          this.take(rest.slice(0, end));
          rest = rest.slice(end + 2);
        }
        this.waiting?.();
      }
    } catch {
      // cut by us, or by the server: either way there is no more
    }
    this.ended = true;
    this.waiting?.();
  }

  private take(text: string): void {
    const fields = new Map(
      text
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const topic = fields.get('event');
    if (topic === undefined) this.comments.push(text);
    else
      this.frames.push({
        topic,
        id: fields.get('id') ?? '',
        data: JSON.parse(fields.get('data') ?? '{}') as Record<string, unknown>,
      });
  }
}
