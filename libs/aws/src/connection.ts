import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Where an AWS service is. Without a region or an endpoint the SDK finds them as every AWS tool does. */
export interface AwsConnection {
  /** What the URL names: a bus, a topic. */
  readonly name: string;
  readonly region?: string;
  readonly endpoint?: string;
  /** What the caller knows beside these. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Somebody has to write the address anew; the message says what is wrong with it. */
export class BadAddress extends RangeError {
  override readonly name = 'BadAddress';
}

const CONNECT_MS_MAX = 2_000;
const REQUEST_MS_MAX = 5_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const KNOWN = ['region', 'endpoint'];

/**
 * Reads `eventbridge://bus?region=…&endpoint=…` and its like. Credentials never stand in it: the SDK's own chain finds them.
 * `others` are parameters that the caller knows beside these. @throws {BadAddress} for another scheme, an unknown parameter, or an endpoint without TLS that is not this machine.
 */
export function awsConnection(url: string, scheme: string, others: readonly string[] = []): AwsConnection {
  const prefix = `${scheme}://`;
  if (!url.startsWith(prefix)) throw new BadAddress(`The address must begin with ${prefix}.`);
  const [name = '', query = ''] = url.slice(prefix.length).split('?', 2);
  const parameters = new URLSearchParams(query);
  for (const key of parameters.keys())
    if (!KNOWN.includes(key) && !others.includes(key))
      throw new BadAddress(`The address has an unknown parameter, ${key}.`);
  if (name === '') throw new BadAddress(`The address names nothing after ${prefix}.`);
  const region = parameters.get('region') ?? undefined;
  const endpoint = parameters.get('endpoint') ?? undefined;
  const given = new Map([...parameters].filter(([key]) => others.includes(key)));
  for (const one of [endpoint, given.get('dynamodb')]) if (one !== undefined) assertSafe(one);
  return {
    ...{ name: decodeURIComponent(name), parameters: given },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** How every client is set up: one try, for we try again ourselves and know what failed; and never for ever: `callMsMax` for a call. */
export function awsClientConfig(
  { region, endpoint }: Pick<AwsConnection, 'region' | 'endpoint'>,
  callMsMax = REQUEST_MS_MAX,
): {
  readonly maxAttempts: number;
  readonly requestHandler: NodeHttpHandler;
  readonly region?: string;
  readonly endpoint?: string;
} {
  return {
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_MS_MAX,
      requestTimeout: callMsMax,
      throwOnRequestTimeout: true,
    }),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

function assertSafe(text: string): void {
  if (!URL.canParse(text)) throw new BadAddress(`${text} is no URL.`);
  const endpoint = new URL(text);
  if (endpoint.protocol === 'https:') return;
  if (endpoint.protocol === 'http:' && isThisMachine(endpoint.hostname)) return;
  throw new BadAddress('An endpoint without TLS must be this machine.');
}

/** Whether a host is this machine; only then may anything travel to it without TLS. */
export function isThisMachine(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}
