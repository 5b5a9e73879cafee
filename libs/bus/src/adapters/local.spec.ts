import {
  commandBusBreaches,
  commandBusContract,
  commandDetail,
  type OpenedCommandBus,
} from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import type { CommandDetail } from '@flightdeck/domain';
import type { CommandBus } from '../command-bus.js';
import {
  LISTENERS_MAX,
  localCommandBus,
  RECENT_MAX,
  TooManyListeners,
  type LocalCommandBus,
} from './local.js';

const opened = (bus: CommandBus, local: LocalCommandBus): OpenedCommandBus => {
  const received: CommandDetail[] = [];
  local.subscribe((command) => received.push(command));
  return { bus, received: async () => [...received], close: async () => undefined };
};

commandBusContract('local', async () => {
  const bus = localCommandBus();
  return opened(bus, bus);
});

describe('the contract', () => {
  const three = [1, 2, 3].map((sequence) => commandDetail('c1', sequence));

  it('catches a bus that delivers out of order', async () => {
    const local = localCommandBus();
    const broken: CommandBus = {
      name: 'broken',
      publish: (commands) => local.publish(commands.toReversed()),
    };
    expect(await commandBusBreaches(opened(broken, local), three)).toContain(
      'what came out is not what went in, in order',
    );
  });

  it('catches a bus that answers for fewer commands than it was given', async () => {
    const local = localCommandBus();
    const broken: CommandBus = {
      name: 'broken',
      publish: async (commands) => (await local.publish(commands)).slice(1),
    };
    expect(await commandBusBreaches(opened(broken, local), three)).toContain('2 answers to 3 commands');
  });
});

describe('local command bus', () => {
  it('reports a listener that throws as a failure worth another try, and still reaches the others', async () => {
    const bus = localCommandBus();
    const received: string[] = [];
    bus.subscribe(() => {
      throw new Error('full');
    });
    bus.subscribe((command) => received.push(command.commandId));
    const command = commandDetail('c1', 1);
    expect(await bus.publish([command])).toEqual([{ delivered: false, error: 'full', retryable: true }]);
    expect(received).toEqual([command.commandId]);
  });

  it('stops calling a listener that unsubscribed', async () => {
    const bus = localCommandBus();
    let calls = 0;
    const stop = bus.subscribe(() => (calls += 1));
    await bus.publish([commandDetail('c1', 1)]);
    stop();
    await bus.publish([commandDetail('c1', 2)]);
    expect(calls).toBe(1);
  });

  it('remembers only the last commands and allows only so many listeners', async () => {
    const bus = localCommandBus();
    await bus.publish(Array.from({ length: RECENT_MAX + 5 }, (_, index) => commandDetail('c1', index + 1)));
    expect(bus.recent()).toHaveLength(RECENT_MAX);
    expect(bus.recent()[0]?.sequence).toBe(6);
    for (let listeners = 0; listeners < LISTENERS_MAX; listeners += 1) bus.subscribe(() => undefined);
    expect(() => bus.subscribe(() => undefined)).toThrow(TooManyListeners);
  });
});
