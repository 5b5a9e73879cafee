import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, type DynamicModule, Inject, Module, type Type, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import {
  ATTEMPTS_MAX,
  BatchContext,
  type BatchSource,
  LedgerTransport,
  RethrowFilter,
} from './ledger-transport.js';

const HANDLE = Symbol('Handle');
type Handle = (batch: number, context: BatchContext) => unknown;

@Controller()
@UseFilters(RethrowFilter)
class NumbersController {
  constructor(@Inject(HANDLE) private readonly handle: Handle) {}

  @EventPattern<'numbers'>('numbers')
  async numbers(@Payload() batch: number, @Ctx() context: BatchContext): Promise<void> {
    await this.handle(batch, context);
  }
}

@Controller()
@UseFilters(RethrowFilter)
class SecondController {
  constructor(@Inject(HANDLE) private readonly handle: Handle) {}

  @EventPattern<'numbers'>('numbers')
  async numbers(@Payload() batch: number, @Ctx() context: BatchContext): Promise<void> {
    await this.handle(batch + 1_000, context);
  }
}

@Module({})
class NumbersModule {}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(source: BatchSource, handle: Handle, controllers: Type[] = [NumbersController]) {
  const module: DynamicModule = {
    module: NumbersModule,
    controllers,
    providers: [{ provide: HANDLE, useValue: handle }],
  };
  let fatal: (error: unknown) => void = () => undefined;
  const fatality = new Promise<unknown>((resolve) => (fatal = resolve));
  const onRetry = jest.fn();
  const strategy = new LedgerTransport({ sources: [source], onFatal: fatal, onRetry });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, { strategy, logger: false });
  closers.push(() => app.close());
  return { app, fatality, onRetry };
}

/** 1, 2, … `last`, then nothing more until closed. `asked` counts how many batches were asked for. */
function numbers(last: number): BatchSource<number> & { asked: number } {
  const source = {
    pattern: 'numbers',
    asked: 0,
    async *open(signal: AbortSignal) {
      for (let n = 1; n <= last; n++) {
        source.asked = n;
        yield n;
      }
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  };
  return source;
}

describe('LedgerTransport', () => {
  it('hands batches over in order and asks for the next only when the last is done', async () => {
    const source = numbers(3);
    const seen: string[] = [];
    const done = new Promise<void>((resolve) => {
      void start(source, async (batch, context) => {
        await new Promise(setImmediate);
        seen.push(`${context.pattern} ${batch} of ${source.asked}`);
        if (batch === 3) resolve();
      }).then(({ app }) => app.listen());
    });
    await done;
    expect(seen).toEqual(['numbers 1 of 1', 'numbers 2 of 2', 'numbers 3 of 3']);
  });

  it('runs every handler of a pattern once', async () => {
    const seen: number[] = [];
    const { app } = await start(numbers(2), (batch) => seen.push(batch), [
      NumbersController,
      SecondController,
    ]);
    await app.listen();
    await until(() => seen.length === 4);
    await app.close();
    expect(seen.sort((a, b) => a - b)).toEqual([1, 2, 1_001, 1_002]);
  });

  it('tries a failed batch again before the next', async () => {
    const seen: number[] = [];
    const { app, onRetry } = await start(numbers(2), (batch) => {
      seen.push(batch);
      if (seen.length === 1) throw new Error('the store hiccupped');
    });
    await app.listen();
    await until(() => seen.length === 3);
    expect(seen).toEqual([1, 1, 2]);
    expect(onRetry).toHaveBeenCalledTimes(1);
  });

  it('is fatal after the last attempt, with the error of the handler itself', async () => {
    const broken = new Error('the store is gone');
    let calls = 0;
    const { app, fatality } = await start(numbers(2), () => {
      calls += 1;
      throw broken;
    });
    await app.listen();
    expect(await fatality).toBe(broken);
    expect(calls).toBe(ATTEMPTS_MAX);
  });

  it('opens a broken source again, and gives up at the limit', async () => {
    let opened = 0;
    const source: BatchSource<number> = {
      pattern: 'numbers',
      async *open() {
        opened += 1;
        throw new Error('unreachable');
      },
    };
    const { app, fatality } = await start(source, () => undefined);
    await app.listen();
    expect(await fatality).toEqual(new Error('unreachable'));
    expect(opened).toBe(ATTEMPTS_MAX);
  });

  it('waits for the batch in hand when it closes, and takes no other', async () => {
    const source = numbers(5);
    const seen: number[] = [];
    let release = (): void => undefined;
    const inHand = new Promise<void>((resolve) => (release = resolve));
    const { app } = await start(source, async (batch) => {
      await inHand;
      seen.push(batch);
    });
    await app.listen();
    await until(() => source.asked === 1);
    const closed = app.close();
    release();
    await closed;
    expect(seen).toEqual([1]);
  });

  it('refuses to listen to a source nobody handles', async () => {
    const { app } = await start({ ...numbers(1), pattern: 'letters' }, () => undefined);
    await expect(app.listen()).rejects.toThrow("No @EventPattern handler for 'letters'");
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
