import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJson, type ErasureResponse, type UserDataErased } from '@flightdeck/contracts';
import { UserKeyFile } from '@flightdeck/ledger';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-users-'));
const userKeys = { directory, name: 'user-keys' };
const keys = UserKeyFile.open(directory, 'user-keys');
const pseudonymOf = (userId: string) => keys.current().pseudonymOf(userId);

let api: TestApi;
let held: TestApi;
beforeAll(async () => {
  [api, held] = await Promise.all([testApi({ userKeys }), testApi({ userKeys, legalHold: true })]);
});
afterAll(async () => {
  await Promise.all([api.close(), held.close()]);
  rmSync(directory, { recursive: true, force: true });
});

async function stored(stream: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { data } of api.store.read(stream, 'start', { direction: 'forwards', max: 100 }))
    found.push(decodeJson(data));
  return found;
}

describe('erasing a person', () => {
  it('unlinks the person from the pseudonym, and nobody else from theirs', async () => {
    const [ada, bob] = [pseudonymOf('ada'), pseudonymOf('bob')];
    const answer = await api.call('DELETE', '/v1/users/ada/data?reason=asked%20to');
    expect([answer.status, (answer.body as ErasureResponse).pseudonym]).toEqual([200, ada]);
    expect(pseudonymOf('ada')).not.toBe(ada);
    expect(pseudonymOf('bob')).toBe(bob);
    expect((await stored('user-erasures')) as UserDataErased[]).toEqual([
      { pseudonym: ada, actor: 'admin', reason: 'asked to', at: (answer.body as ErasureResponse).erasedAt },
    ]);
  });

  it('is booked without the person’s id, and nothing else in the ledger names it', async () => {
    await api.call('DELETE', '/v1/users/somebody-to-forget/data');
    const booked = await stored('access-audit');
    expect(booked).toContainEqual(
      expect.objectContaining({ action: 'erasure', parameters: { userId: '(hidden)' } }),
    );
    const all = JSON.stringify([...booked, ...(await stored('user-erasures'))]);
    expect(all).not.toContain('somebody-to-forget');
  });

  it('is refused while a legal hold is in force', async () => {
    const before = pseudonymOf('cem');
    const { status, body } = await held.call('DELETE', '/v1/users/cem/data');
    expect([status, (body as { code: string }).code]).toEqual([409, 'legal-hold']);
    expect(pseudonymOf('cem')).toBe(before);
  });

  it('is the administrator’s alone', async () => {
    for (const role of ['manager', 'approver', 'system', 'auditor'] as const) {
      const { status } = await api.call('DELETE', '/v1/users/bob/data', { token: await api.token(role) });
      expect(status).toBe(403);
    }
  });
});
