import { useSyncExternalStore } from 'react';
import type { Me } from '../api/generated/types.gen';
import { onSession, sessionNow, type Permission, type Session } from './session';

export function useSession(): Session {
  return useSyncExternalStore(onSession, sessionNow);
}

/** Who is signed in. @throws outside of the signed-in part of the app. */
export function useMe(): Me {
  const session = useSession();
  if (session.state !== 'signed-in') throw new Error('Nobody is signed in.');
  return session.me;
}

/** Whether the signed-in person may do something. The server refuses it anyway. */
export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}
