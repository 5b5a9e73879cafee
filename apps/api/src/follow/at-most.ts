/** Waits for work, but no longer than `ms`. @throws what the work throws in that time. */
export async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tired = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, tired]).finally(() => clearTimeout(timer));
}
