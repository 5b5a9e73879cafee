import { status as code, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { refusal } from './refusal.js';
import type { Users } from './users.js';

const BASIC = 'Basic ';

/** Why a call may not be made; undefined when it may. Without users everybody may: such a server is on loopback only. */
export function refusedAccess(metadata: Metadata, users: Users | undefined): ServiceError | undefined {
  if (users === undefined) return undefined;
  const header = metadata.get('authorization')[0]?.toString() ?? '';
  const credentials = header.startsWith(BASIC)
    ? Buffer.from(header.slice(BASIC.length), 'base64').toString('utf8')
    : '';
  const colon = credentials.indexOf(':');
  if (colon > 0 && users.accepts(credentials.slice(0, colon), credentials.slice(colon + 1))) return undefined;
  return refusal(code.UNAUTHENTICATED, 'The call needs a user’s name and password.', {
    exception: 'not-authenticated',
  });
}
