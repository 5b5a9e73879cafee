import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Dispatcher } from './dispatch/dispatcher.js';
import type { RulesOptions } from './tokens.js';
import type { Trigger } from './trigger/trigger.js';

/** Starts evaluation and dispatch with the application, and at its end waits for what they have in hand. */
export class RulesLoops implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: readonly Promise<void>[] = [];

  constructor(
    private readonly trigger: Pick<Trigger, 'run'>,
    private readonly dispatcher: Pick<Dispatcher, 'run'>,
    private readonly options: Pick<RulesOptions, 'onFatal'>,
  ) {}

  onApplicationBootstrap(): void {
    this.running = [
      this.watch('rules.trigger', this.trigger),
      this.watch('rules.dispatcher', this.dispatcher),
    ];
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private async watch(part: string, loop: { run(signal: AbortSignal): Promise<void> }): Promise<void> {
    try {
      await loop.run(this.stopping.signal);
    } catch (error) {
      this.options.onFatal(error, part);
    }
  }
}
