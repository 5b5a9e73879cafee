import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Global, Module, Post, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Permission } from '../auth/permission.js';
import { testApp } from '../testing/test-app.js';
import { ACCESS_BOOK, Booked, type BookedAccess } from './booked.js';

const pages: BookedAccess[] = [];
let isTorn = false;
let read = 0;
const book = {
  book: async (access: BookedAccess) => {
    if (isTorn) throw new Error('The book is torn.');
    pages.push(access);
  },
};

@Controller('books')
class BookController {
  @Permission('things:write')
  @Booked('export', { hidden: ['userId'], body: ['reason'] })
  @Post(':userId/data')
  take(@Body() body: object): object {
    read++;
    return body;
  }

  @Permission('things:write')
  @Booked('cross-campaign-read', { unlessQuery: 'campaignId', oncePerMinute: true })
  @Get()
  list(): string {
    read++;
    return 'all';
  }
}

@Global()
@Module({})
class Book {
  static with(): DynamicModule {
    return {
      module: Book,
      providers: [{ provide: ACCESS_BOOK, useValue: book }],
      exports: [ACCESS_BOOK],
    };
  }
}

let app: NestFastifyApplication;
let bookless: NestFastifyApplication;
beforeAll(async () => {
  app = await testApp([BookController], [Book.with()]);
  bookless = await testApp([BookController]);
  for (const started of [app, bookless]) await started.listen(0, '127.0.0.1');
});
afterAll(() => Promise.all([app.close(), bookless.close()]));
beforeEach(() => {
  pages.length = 0;
  read = 0;
  isTorn = false;
});

describe('a booked route', () => {
  it('is booked before it is used, with who, what and when, and nothing that was to be hidden', async () => {
    const body = { reason: 'asked to', password: 'hunter2' };
    const { status } = await call(app, 'POST', '/books/ada/data?from=3', body);
    expect(status).toBe(201);
    expect(pages).toEqual([
      {
        ...{ action: 'export', actor: 'writer', role: 'manager', route: 'POST /books/:userId/data' },
        parameters: { userId: '(hidden)', from: '3', reason: 'asked to' },
        ...{ correlationId: expect.any(String), at: '1970-01-01T00:00:00.000Z' },
      },
    ]);
    expect(JSON.stringify(pages)).not.toMatch(/ada|hunter2/);
  });

  it('is refused while the book cannot be written, and not used', async () => {
    isTorn = true;
    const { status, code } = await call(app, 'POST', '/books/ada/data', {});
    expect({ status, code, read }).toEqual({ status: 503, code: 'access-not-booked', read: 0 });
  });

  it('is refused where there is no book at all', async () => {
    expect((await call(bookless, 'GET', '/books')).status).toBe(503);
    expect(read).toBe(0);
  });

  it('is not booked for those who are not let in', async () => {
    expect((await call(app, 'GET', '/books', undefined, 'reader-token')).status).toBe(403);
    expect(pages).toEqual([]);
  });

  it('is booked once a minute where programs repeat it, and not where it reads of one thing', async () => {
    for (let again = 0; again < 3; again++) await call(app, 'GET', '/books');
    await call(app, 'GET', '/books?page=2');
    await call(app, 'GET', '/books', undefined, 'other-token');
    await call(app, 'GET', '/books?campaignId=c1');
    expect(pages.map(({ actor, parameters }) => [actor, parameters])).toEqual([
      ['writer', {}],
      ['writer', { page: '2' }],
      ['other', {}],
    ]);
    expect(read).toBe(6);
  });
});

async function call(
  on: NestFastifyApplication,
  method: string,
  path: string,
  body?: object,
  token = 'writer-token',
): Promise<{ status: number; code: unknown }> {
  const { port } = on.getHttpServer().address() as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const code = response.ok ? undefined : (JSON.parse(text) as { code: string }).code;
  return { status: response.status, code };
}
