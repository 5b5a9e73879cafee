import { type CanActivate, type ExecutionContext, createParamDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemException } from '../problem/problem.js';
import type { Authenticator, Principal } from './authenticator.js';
import { declaredAccess } from './permission.js';

const BEARER_PREFIX = 'bearer ';
/** Longer than any token that was ever given out; nothing longer is hashed. */
const TOKEN_LENGTH_MAX = 4096;

const principals = new WeakMap<FastifyRequest, Principal>();

/** Lets a request through only when its route is public or its bearer token (RFC 6750) grants the declared permission. */
export class AuthGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const access = declaredAccess(context.getHandler(), context.getClass());
    if (access?.public === true) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.principalOf(request);
    if (access === undefined || !principal.permissions.includes(access.permission)) {
      throw new ProblemException(403, 'forbidden', 'The token does not grant what this route needs.', {
        members: access === undefined ? {} : { permission: access.permission },
      });
    }
    principals.set(request, principal);
    return true;
  }

  private async principalOf(request: FastifyRequest): Promise<Principal> {
    const header = request.headers.authorization;
    if (header === undefined)
      throw unauthenticated('The request has no Authorization header.', 'Bearer realm="flightdeck"');
    const token = bearerToken(header);
    const principal = token === undefined ? undefined : await this.authenticator.authenticate(token);
    if (principal === undefined) {
      throw unauthenticated('The token is not valid.', 'Bearer realm="flightdeck", error="invalid_token"');
    }
    return principal;
  }
}

function bearerToken(header: string): string | undefined {
  if (
    header.length > TOKEN_LENGTH_MAX ||
    header.slice(0, BEARER_PREFIX.length).toLowerCase() !== BEARER_PREFIX
  )
    return undefined;
  const token = header.slice(BEARER_PREFIX.length).trim();
  return token === '' ? undefined : token;
}

function unauthenticated(detail: string, challenge: string): ProblemException {
  return new ProblemException(401, 'unauthenticated', detail, { headers: { 'www-authenticate': challenge } });
}

/** The principal whom the guard let through. @throws on a public route, which has none. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new Error('The route is public: it has no principal.');
  return principal;
}

/** Parameter decorator: the caller whom the guard let through. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
