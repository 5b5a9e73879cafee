/** Whether one part of the process can do its work, and why not. */
export type Indication = { readonly ready: true } | { readonly ready: false; readonly detail: string };

/** Asked at each probe; must answer from memory. */
export type Indicator = () => Indication;

/** What `/readyz` says: ready only when every part is. */
export class Health {
  private readonly indicators = new Map<string, Indicator>();

  /** Adds a part. @throws when the name is taken, since one of the two would never be asked. */
  register(name: string, indicator: Indicator): void {
    if (this.indicators.has(name)) throw new Error(`There is already a health indicator called ${name}.`);
    this.indicators.set(name, indicator);
  }

  /** Asks every part. One that throws is not ready. */
  check(): { readonly ready: boolean; readonly parts: Readonly<Record<string, Indication>> } {
    const parts = Object.fromEntries(
      [...this.indicators].map(([name, indicator]) => [name, indicationOf(indicator)]),
    );
    return { ready: Object.values(parts).every((part) => part.ready), parts };
  }
}

function indicationOf(indicator: Indicator): Indication {
  try {
    return indicator();
  } catch (error) {
    return { ready: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
