import { status as code, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { accessDenied, refusal } from './refusal.js';
import type { Users } from './users.js';

const BASIC = 'Basic ';

/**
 * Why a call may not be made; undefined when it may. Without users everybody may: such a server is on loopback only. Who says no name
 * is denied, and who says a wrong one is told that it is wrong, as EventStoreDB does.
 */
export function refusedAccess(metadata: Metadata, users: Users | undefined): ServiceError | undefined {
  if (users === undefined) return undefined;
  const header = metadata.get('authorization')[0]?.toString() ?? '';
  if (header === '') return accessDenied('The call needs a user’s name and password.');
  const credentials = header.startsWith(BASIC)
    ? Buffer.from(header.slice(BASIC.length), 'base64').toString('utf8')
    : '';
  const colon = credentials.indexOf(':');
  if (colon > 0 && users.accepts(credentials.slice(0, colon), credentials.slice(colon + 1))) return undefined;
  return refusal(code.UNAUTHENTICATED, 'This is no user’s name and password.', {
    exception: 'not-authenticated',
  });
}
