import {
  type FoldVersion,
  type Generation,
  Projector,
  projectedReadModels,
  type ReadModels,
  type ReadModelStore,
} from '@flightdeck/read-models';

/** Read models with what folds and reads them. */
export class Served {
  readonly readModels: ReadModels;
  private reads = 0;
  private whenIdle: (() => void) | undefined;

  private constructor(
    readonly projector: Projector,
    readonly store: ReadModelStore,
    readonly version: number,
    readonly generation: Generation,
  ) {
    this.readModels = projectedReadModels(projector);
  }

  static async open(
    store: ReadModelStore,
    version: FoldVersion,
    generation: Generation,
    options: { readonly onFault: (error: unknown) => void; readonly hotRowsMax?: number },
  ): Promise<Served> {
    const projector = await Projector.open(store, { ...options, version });
    return new Served(projector, store, version.version, generation);
  }

  /** Reads, and is not closed before it has. */
  async read<T>(read: (readModels: ReadModels) => Promise<T>): Promise<T> {
    this.reads += 1;
    try {
      return await read(this.readModels);
    } finally {
      this.reads -= 1;
      if (this.reads === 0) this.whenIdle?.();
    }
  }

  /** Commits and lets go, once the reads that go on have been answered. */
  async close(): Promise<void> {
    if (this.reads > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    try {
      await this.projector.close();
    } finally {
      await this.store.close();
    }
  }

  /** Lets go without committing. */
  async abandon(): Promise<void> {
    this.projector.abandon();
    await this.store.close();
  }
}
