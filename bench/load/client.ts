import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

type OnFrame = (topic: string, data: string, id: string) => void;

/** A keep-alive client of one Flightdeck: the least that an HTTP producer needs. */
export class Client {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    private readonly token: string,
    connections = 32,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** One request. @throws when the connection breaks: the outcome is then unknown. */
  send(
    method: string,
    path: string,
    body?: Buffer | string,
    contentType = 'application/json',
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined
          ? {}
          : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }),
      };
      const sent = request(this.url + path, { method, agent: this.agent, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
        );
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** One request of JSON. @throws on an answer that is no success. */
  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.send(method, path, body === undefined ? undefined : JSON.stringify(body));
    if (answer.status >= 300)
      throw new Error(`${method} ${path} → ${answer.status}: ${answer.body.slice(0, 500)}`);
    return (answer.body === '' ? undefined : JSON.parse(answer.body)) as T;
  }

  /** Server-sent events until `signal` aborts; resolves once the stream is open. */
  stream(path: string, onFrame: OnFrame, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.token}`, accept: 'text/event-stream' };
      const sent = request(this.url + path, { headers, signal }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`stream → ${response.statusCode ?? 0}`));
        response.setEncoding('utf8');
        let rest = '';
        response.on('data', (text: string) => {
          rest += text;
          for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
            frame(rest.slice(0, end), onFrame);
            rest = rest.slice(end + 2);
          }
        });
        response.on('error', () => undefined); // aborted by us, or the server ended: nobody waits for more
        resolve();
      });
      sent.on('error', (error) => {
        if (!signal.aborted) reject(error);
      });
      sent.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function frame(text: string, onFrame: OnFrame): void {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
  }
  const topic = fields.get('event');
  if (topic !== undefined) onFrame(topic, fields.get('data') ?? '', fields.get('id') ?? '');
}
