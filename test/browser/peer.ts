import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';

const MS_PER_DAY = 86_400_000;

/** A Flightdeck that a browser test speaks to beside the browser, as other systems would. */
export interface Peer {
  readonly url: string;
  readonly adminToken: string;
  /** Whatever revision there is: a test that is about revisions says so itself. */
  ask(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  /** A campaign of 10 dollars a day that is running. */
  register(campaignId: string, name: string): Promise<void>;
  /** A click that costs so much, now. */
  spend(campaignId: string, eventId: string, micros: number): Promise<void>;
  /** A key of a person in that role: who approves must be a person, and another one than the author. */
  keyOf(role: string, person: string): Promise<string>;
  /** Ends it, and starts it again at the same address on the same data. */
  restart(whileDown: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Starts it on a free port. */
export async function startPeer(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<Peer> {
  let server: FlightdeckProcess = await startFlightdeck({ dataDir, env });
  const { url, adminToken } = server;
  const ask = async (method: string, path: string, body?: unknown, token = adminToken): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-match': '*' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const done = async (path: string, body: unknown): Promise<Answer['body']> => {
    const answer = await ask('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    ...{ url, adminToken, ask },
    register: async (campaignId, name) => {
      await done('/v1/campaigns', {
        ...{ campaignId, name, advertiserId: 'adv1', currency: 'USD', timezone: 'UTC' },
        flight: { start: daysFromNow(-2), end: daysFromNow(30) },
        ...{ budget: { dailyMicros: 10_000_000 }, pacing: { mode: 'even', tolerance: 0.05 } },
      });
    },
    spend: async (campaignId, eventId, micros) => {
      const price = { model: 'CPC', micros, currency: 'USD' };
      await done('/v1/events', [{ eventId, type: 'click', occurredAt: daysFromNow(0), campaignId, price }]);
    },
    keyOf: async (role, person) => String((await done('/v1/keys', { name: role, role, person }))['token']),
    restart: async (whileDown) => {
      await server.stop('SIGTERM');
      await whileDown();
      server = await startFlightdeck({ dataDir, env: { ...env, FLIGHTDECK_PORT: new URL(url).port } });
    },
    stop: async () => {
      await server.stop('SIGTERM');
    },
  };
}

function daysFromNow(days: number): string {
  return new Date(Date.now() + days * MS_PER_DAY).toISOString();
}
