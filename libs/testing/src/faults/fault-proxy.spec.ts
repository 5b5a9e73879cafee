import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFaultProxy, type Fault, type FaultProxy, type Json } from './fault-proxy.js';
import { partialBatchWrite, partialPutRecords } from './partial.js';

let seen: Json[];
let peer: Server;
let proxy: FaultProxy;
beforeEach(async () => {
  seen = [];
  peer = createServer((request, response) => {
    void json(request).then((body) => {
      seen.push(body as Json);
      const { Records = [] } = body as { Records?: Json[] };
      response.end(
        JSON.stringify({ FailedRecordCount: 0, Records: Records.map(({ id }) => ({ done: id })) }),
      );
    });
  });
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(peer.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.close();
  peer.closeAllConnections();
  await new Promise((resolve) => peer.close(resolve));
});

function put(body: unknown, signal: AbortSignal | null = null): Promise<Response> {
  const headers = { 'x-amz-target': 'Kinesis_20131202.PutRecords' };
  return fetch(proxy.url, { method: 'POST', headers, body: JSON.stringify(body), signal });
}
const befalls = (fault: Fault): void => {
  proxy.fault = () => fault;
};

describe('the fault proxy', () => {
  it('passes on what nothing befalls, and says what passed', async () => {
    expect(await (await put({ Records: [{ id: 1 }] })).json()).toMatchObject({ Records: [{ done: 1 }] });
    await put({ Records: [] });
    expect(proxy.calls).toMatchObject([
      { operation: 'PutRecords', number: 1, body: { Records: [{ id: 1 }] } },
      { operation: 'PutRecords', number: 2 },
    ]);
    expect([seen.length, proxy.befallen]).toEqual([2, 0]);
  });

  it.each([
    ['reset', { kind: 'reset' }, 0],
    ['cut', { kind: 'cut' }, 1],
    ['cut within the answer', { kind: 'cut', afterBytes: 10 }, 1],
  ] as const)('breaks the connection: %s', async (_, fault, times) => {
    befalls(fault);
    await expect(put({ Records: [{ id: 1 }] }).then((answer) => answer.text())).rejects.toThrow();
    expect([seen.length, proxy.befallen]).toEqual([times, 1]);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('stays silent, the peer having seen it: %s', async (peerHasSeen, times) => {
    befalls({ kind: 'half-open', seen: peerHasSeen });
    const patience = new AbortController();
    const answer = put({ Records: [{ id: 1 }] }, patience.signal);
    while (proxy.befallen === 0 || seen.length < times) await new Promise((resolve) => setImmediate(resolve));
    patience.abort();
    await expect(answer).rejects.toThrow();
    expect(seen).toHaveLength(times);
  });

  it('answers an error in the stead of the peer', async () => {
    befalls({ kind: 'answer', status: 400, type: 'LimitExceededException' });
    const answer = await put({ Records: [] });
    expect([answer.status, seen.length]).toEqual([400, 0]);
    expect(await answer.json()).toMatchObject({ __type: 'LimitExceededException' });
  });

  it('lets some entries fail, which the peer never sees', async () => {
    befalls(partialPutRecords(({ id }) => id === 2));
    const answer = await put({ Records: [{ id: 1 }, { id: 2 }, { id: 3 }] });
    expect(await answer.json()).toMatchObject({
      FailedRecordCount: 1,
      Records: [{ done: 1 }, { ErrorCode: 'ProvisionedThroughputExceededException' }, { done: 3 }],
    });
    expect(seen).toEqual([{ Records: [{ id: 1 }, { id: 3 }] }]);
  });

  it('hands back what a batch write has left undone', async () => {
    befalls(partialBatchWrite((_, index) => index === 0));
    const answer = await put({ RequestItems: { rows: [{ a: 1 }, { a: 2 }] } });
    expect(await answer.json()).toMatchObject({ UnprocessedItems: { rows: [{ a: 1 }] } });
    expect(seen).toEqual([{ RequestItems: { rows: [{ a: 2 }] } }]);
  });
});
