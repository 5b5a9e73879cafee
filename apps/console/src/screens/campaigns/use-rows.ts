import { useEffect, useMemo, useRef, useState } from 'react';
import type { CampaignItem } from '../../api/generated/types.gen';
import { useLivePacing, useLiveStore } from '../../live/live';
import { orderOf, rowOf, type Row } from './row';
import type { CampaignsSearch } from './search';

/** Rows change places at most this often, and not while somebody points at them. */
const REORDER_MS = 2_000;

export interface Rows {
  /** Ids in the order shown. */
  readonly order: readonly string[];
  readonly items: ReadonlyMap<string, CampaignItem>;
  /** All rows of the order as they are now, for an export. */
  readonly read: () => readonly Row[];
}

/** Which campaigns are shown, in which order. Figures move in place; the order is settled anew now and then, unless `held`. */
export function useRows(
  items: readonly CampaignItem[],
  fetchedMs: number,
  search: CampaignsSearch,
  held: boolean,
): Rows {
  const store = useLiveStore();
  const [beat, setBeat] = useState(0);
  const isHeld = useRef(held);
  useEffect(() => {
    isHeld.current = held;
  }, [held]);
  useEffect(() => {
    let hasMoved = false;
    const stop = store.onPacing(() => (hasMoved = true));
    const timer = setInterval(() => {
      if (!hasMoved || isHeld.current) return;
      hasMoved = false;
      setBeat((n) => n + 1);
    }, REORDER_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [store]);
  const byId = useMemo(() => new Map(items.map((item) => [item.campaignId, item])), [items]);
  const order = useMemo(() => {
    const rows = items.map((item) => rowOf(item, store.pacing(item.campaignId), fetchedMs));
    return beat < 0 ? [] : orderOf(rows, search);
  }, [items, fetchedMs, search, store, beat]);
  return {
    order,
    items: byId,
    read: () =>
      order.flatMap((id) => {
        const item = byId.get(id);
        return item === undefined ? [] : [rowOf(item, store.pacing(id), fetchedMs)];
      }),
  };
}

/** One row, new with each frame in which its campaign moves. */
export function useRow(item: CampaignItem, fetchedMs: number): Row {
  const pacing = useLivePacing(item.campaignId);
  return useMemo(() => rowOf(item, pacing, fetchedMs), [item, pacing, fetchedMs]);
}
