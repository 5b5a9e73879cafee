import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, makeGenericClientConstructor, status, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AccessDeniedError,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { shared, streams, StreamsService, type BatchAppendResp, type ReadResp } from './adapters/protocol.js';
import { userEntry, usersIn } from './server/users.js';
import { serve, type Served } from './testing/served.js';

/** Speaks the protocol message by message, also where no client would. */
const RawClient = makeGenericClientConstructor(StreamsService, 'Streams');

let served: Served;
beforeEach(async () => {
  served = await serve();
});
afterEach(async () => {
  await served.close();
});

const event = (data: unknown = {}) => jsonEvent({ type: 'Sampled', data: data as Record<string, string> });
const raw = () => new RawClient(`127.0.0.1:${served.port}`, credentials.createInsecure());

/** How a call ends: its status and what it said. */
function ending(call: NodeJS.EventEmitter): Promise<ServiceError | undefined> {
  return new Promise((resolve) => {
    call.on('data', () => undefined);
    call.on('error', resolve);
    call.on('end', () => resolve(undefined));
  });
}

/** A read, not a subscription, of all streams by a prefix of their names. */
function filteredRead(prefix: string): NodeJS.EventEmitter {
  const { path, requestSerialize, responseDeserialize } = StreamsService.read;
  const names = new streams.ReadReq.Options.FilterOptions.Expression().setPrefixList([prefix]);
  const filter = new streams.ReadReq.Options.FilterOptions().setStreamIdentifier(names).setMax(32);
  const options = new streams.ReadReq.Options().setCount('100').setFilter(filter);
  options.setAll(new streams.ReadReq.Options.AllOptions().setStart(new shared.Empty()));
  const request = new streams.ReadReq().setOptions(options);
  return raw().makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
}

async function stillServes(): Promise<void> {
  const result = await served.client.appendToStream('alive', event());
  expect(result.success).toBe(true);
}

describe('a bad request', () => {
  it.each([
    ['a read without options', new streams.ReadReq()],
    ['a read of nothing', new streams.ReadReq().setOptions(new streams.ReadReq.Options().setCount('1'))],
  ])('is answered with a status: %s', async (_, request) => {
    const client = raw();
    const error = await ending(
      client.makeServerStreamRequest(
        StreamsService.read.path,
        StreamsService.read.requestSerialize,
        StreamsService.read.responseDeserialize,
        request,
      ),
    );
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    client.close();
    await stillServes();
  });

  it('is answered with a status when its bytes are no message', async () => {
    const client = raw();
    const bytes = (): Buffer => Buffer.from('ffffffffffffffff', 'hex');
    const { path, responseDeserialize } = StreamsService.read;
    const error = await ending(client.makeServerStreamRequest(path, bytes, responseDeserialize, {}));
    expect(error?.code).toBeDefined();
    client.close();
    await stillServes();
  });

  it('is a pattern that is no regular expression, or too long', async () => {
    for (const regex of ['(', 'a'.repeat(2_000)]) {
      const subscription = served.client.subscribeToAll({
        fromPosition: START,
        filter: streamNameFilter({ regex }),
      });
      expect(await ending(subscription)).toMatchObject({ code: status.INVALID_ARGUMENT });
    }
    await stillServes();
  });

  it('is an append of events without type or id; each is answered once, the good one among them', async () => {
    const client = raw();
    const { path, requestSerialize, responseDeserialize } = StreamsService.batchAppend;
    const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    const answers: BatchAppendResp[] = [];
    const three = new Promise<void>((resolve) => {
      call.on('data', (answer: BatchAppendResp) => {
        if (answers.push(answer) === 3) resolve();
      });
    });
    for (const [n, id, type] of [
      [1, 'no uuid', 'T'],
      [2, uuid(9), ''],
      [3, uuid(8), 'T'],
    ] as const) {
      const request = new streams.BatchAppendReq().setIsFinal(true);
      request.setCorrelationId(new shared.UUID().setString(uuid(n)));
      const options = new streams.BatchAppendReq.Options();
      options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('s-1')));
      options.setStreamPosition('0');
      request.setOptions(options);
      const message = new streams.BatchAppendReq.ProposedMessage().setId(new shared.UUID().setString(id));
      message.getMetadataMap().set('content-type', 'application/json');
      if (type !== '') message.getMetadataMap().set('type', type);
      request.addProposedMessages(message);
      call.write(request);
    }
    await three;
    const byId = new Map(answers.map((answer) => [answer.getCorrelationId()?.getString(), answer]));
    expect([...byId.keys()].sort()).toEqual([uuid(1), uuid(2), uuid(3)]);
    expect(byId.get(uuid(1))?.getError()?.getCode()).toBe(status.INVALID_ARGUMENT);
    expect(byId.get(uuid(2))?.getError()?.getCode()).toBe(status.INVALID_ARGUMENT);
    expect(byId.get(uuid(3))?.getError()?.getDetails()?.getTypeName()).toBe(
      'event_store.client.WrongExpectedVersion',
    );
    const names = answers.map((one) =>
      Buffer.from(one.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(),
    );
    expect(names).toEqual(['s-1', 's-1', 's-1']);
    call.end();
    client.close();
  });
});

describe('a hostile client', () => {
  it('cannot stall the server with a pattern', async () => {
    await served.client.appendToStream(`${'a'.repeat(900)}!`, event());
    const filter = streamNameFilter({ regex: '^(a+)+$' });
    const subscription = served.client.subscribeToAll({ fromPosition: START, filter });
    await new Promise<void>((resolve) => subscription.once('caughtUp', resolve).resume());
    await subscription.unsubscribe();
    await stillServes();
  });

  it('that filters everything out does not keep the others from being served', async () => {
    const many = Array.from({ length: 500 }, () => event());
    for (let i = 0; i < 20; i++) await served.client.appendToStream('many', many);
    const read = filteredRead('nothing-is-called-so');
    let turns = 0;
    const turning = setInterval(() => turns++, 0);
    expect(await ending(read)).toBeUndefined();
    clearInterval(turning);
    expect(turns).toBeGreaterThan(3); // a read of 10,000 events in one go would leave one or none
  });

  it('that reads slowly is waited for, and gets everything', async () => {
    const many = Array.from({ length: 100 }, () => event({ text: 'x'.repeat(5_000) }));
    for (let i = 0; i < 20; i++) await served.client.appendToStream('slow', many);
    const client = raw();
    const { path, requestSerialize, responseDeserialize } = StreamsService.read;
    const options = new streams.ReadReq.Options().setCount('100000').setNoFilter(new shared.Empty());
    options.setAll(new streams.ReadReq.Options.AllOptions().setStart(new shared.Empty()));
    const before = process.memoryUsage().rss;
    const call = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      new streams.ReadReq().setOptions(options),
    );
    call.pause();
    await stillServes(); // 10 MB wait for it meanwhile, in the ledger and not in memory
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    let seen = 0;
    for await (const answer of call as AsyncIterable<ReadResp>) if (answer.hasEvent()) seen++;
    expect(seen).toBe(2_000 + 3);
    client.close();
  });

  it('is told in time that its deadline has passed', async () => {
    const late = await served.client
      .appendToStream('late', event(), { deadline: -1_000 })
      .catch((error: unknown) => error);
    expect(late).toMatchObject({ type: 'deadline-exceeded' });
    await stillServes();
  });
});

describe('with TLS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-tls-'));
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];

  it('a caller needs a name and its password', async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '1',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ],
      { stdio: 'ignore' },
    );
    const users = usersIn(JSON.stringify({ users: [userEntry('ops', 'correct horse')] }));
    const secure = await serve({ tls: { cert: readFileSync(cert), key: readFileSync(key) }, users });
    const at = (login: string) => `esdb://${login}127.0.0.1:${secure.port}?tls=true&tlsCAFile=${cert}`;
    const ok = secure.connect(at('ops:correct%20horse@'));
    expect((await ok.appendToStream('s-1', event(), { expectedRevision: NO_STREAM })).success).toBe(true);
    const nobody = secure.connect(at(''));
    await expect(nobody.appendToStream('s-1', event())).rejects.toThrow(AccessDeniedError);
    await expect(nobody.deleteStream('s-1')).rejects.toThrow(AccessDeniedError);
    for (const login of ['ops:wrong@', 'other:correct%20horse@']) {
      const refused = await secure
        .connect(at(login))
        .appendToStream('s-1', event())
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: status.UNAUTHENTICATED });
    }
    await secure.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('or without, only loopback is served', async () => {
    await expect(serve({ host: '0.0.0.0' })).rejects.toThrow('TLS');
  });
});

it('is discovered as a cluster of one', async () => {
  const client = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${served.port}?tls=false`);
  expect((await client.appendToStream('s-1', event())).success).toBe(true);
  await client.dispose();
});

function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}
