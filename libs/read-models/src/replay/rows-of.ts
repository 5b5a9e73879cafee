import type { ReadModelStore, Row } from '../read-model-store.js';

/** Rows read at once: a page of quarantined records may hold 64 KiB each. */
const PAGE_ROWS_MAX = 500;
/** After every key there is. */
const END = '\uffff';

/** Every committed row of a table in key order, page by page, so that memory stays bounded. */
export async function* rowsOf(store: ReadModelStore, table: string): AsyncGenerator<readonly Row[]> {
  let after: string | undefined;
  for (;;) {
    const from = after ?? '';
    const page = await store.range(table, { from, to: END, max: PAGE_ROWS_MAX + 1 });
    const rows = page[0]?.key === after ? page.slice(1) : page;
    if (rows.length === 0) return;
    yield rows;
    if (page.length <= PAGE_ROWS_MAX) return;
    after = rows.at(-1)?.key;
    await new Promise(setImmediate);
  }
}
