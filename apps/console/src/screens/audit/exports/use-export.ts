import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { answer } from '../../../api/client';
import { exportControllerExport } from '../../../api/generated/sdk.gen';
import { collect, type ExportProgress } from './download';

/** An export that has arrived whole. */
export interface Exported {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  /** All that was signed when it was asked for. */
  readonly isWhole: boolean;
  /** Where this tab has it; gone when the tab is. */
  readonly url: string;
}

interface Asked {
  readonly from: number;
  readonly to: number;
  /** Events that are signed for when it is asked. */
  readonly signed: number;
}

/** Asks for the archive and reads it as it is made. */
export function useExport() {
  const [progress, setProgress] = useState<ExportProgress>();
  const [exported, setExported] = useState<readonly Exported[]>([]);
  const [isCancelled, setCancelled] = useState(false);
  const stopping = useRef<AbortController>(undefined);
  const start = useMutation({
    mutationFn: async ({ from, to, signed }: Asked) => {
      stopping.current = new AbortController();
      setCancelled(false);
      setProgress({ bytes: 0, events: 0 });
      const { signal } = stopping.current;
      const body = await answer(
        exportControllerExport({ query: { from, to }, parseAs: 'stream', signal }) as Promise<{
          data: ReadableStream<Uint8Array> | undefined;
        }>,
      );
      const blob = await collect(body, setProgress);
      const url = URL.createObjectURL(blob);
      const isWhole = from === 0 && to === signed;
      return { name: `flightdeck-${from}-${to}.tar`, from, to, bytes: blob.size, isWhole, url };
    },
    onSuccess: (one) => setExported((before) => [one, ...before]),
    onSettled: () => setProgress(undefined),
  });
  const cancel = (): void => {
    stopping.current?.abort();
    setCancelled(true);
  };
  return { start, progress, exported, cancel, error: isCancelled ? null : start.error };
}
