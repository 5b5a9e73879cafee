import type { Server } from '@grpc/grpc-js';

/** Bytes that a client may send before it hears that they were read: some appends of full size. HTTP/2 begins with 64 KiB. */
const WINDOW_BYTES = 16 * 1024 * 1024;

/** What grpc-js keeps to itself: it has no option for the windows of a server. */
interface ServerParts {
  readonly commonServerOptions?: { settings?: object };
  readonly http2Servers?: ReadonlyMap<SessionSource, unknown>;
}
interface SessionSource {
  on(event: 'session', listener: (session: { setLocalWindowSize(bytes: number): void }) => void): void;
}

/**
 * Widens the flow-control windows of streams; before the server is bound. An append of 500 events takes four round trips without,
 * and a client with many in flight gets half as far.
 */
export function widenStreamWindows(server: Server): void {
  const { commonServerOptions } = server as unknown as ServerParts;
  if (commonServerOptions === undefined) return; // another grpc-js: slower, and as correct
  commonServerOptions.settings = { ...commonServerOptions.settings, initialWindowSize: WINDOW_BYTES };
}

/** The same of whole connections; once it is bound. */
export function widenConnectionWindows(server: Server): void {
  const { http2Servers } = server as unknown as ServerParts;
  if (http2Servers === undefined) return;
  for (const source of http2Servers.keys())
    source.on('session', (session) => session.setLocalWindowSize(WINDOW_BYTES));
}
