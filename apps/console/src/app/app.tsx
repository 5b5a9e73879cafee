import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { asProblem } from '../api/problem';
import { LiveContext, startLive } from '../live/live';
import type { LiveStore } from '../live/live-store';
import { SignIn } from '../session/sign-in';
import { useSession } from '../session/use-session';
import { router } from './router';
import { theme } from './theme';

const STALE_MS = 10_000;
const RETRIES_MAX = 2;
const SERVER_FAULT = 500;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      refetchOnWindowFocus: true,
      // What the server refuses it refuses again; only what broke is asked once more.
      retry: (failures, error) => {
        const { status } = asProblem(error, 0);
        return failures < RETRIES_MAX && (status === 0 || status >= SERVER_FAULT);
      },
    },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Gate />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Nobody gets past without a token that the server knows. */
function Gate() {
  const session = useSession();
  useEffect(() => {
    if (session.state === 'signed-out') queries.clear();
  }, [session.state]);
  if (session.state !== 'signed-in') return <SignIn session={session} />;
  return <SignedIn key={session.me.id} />;
}

function SignedIn() {
  const [store, setStore] = useState<LiveStore>();
  useEffect(() => {
    const live = startLive();
    setStore(live.store);
    return live.stop;
  }, []);
  if (store === undefined) return null;
  return (
    <LiveContext value={store}>
      <RouterProvider router={router} />
    </LiveContext>
  );
}
