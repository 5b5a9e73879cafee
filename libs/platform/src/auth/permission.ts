import { SetMetadata } from '@nestjs/common';

export const PERMISSION_METADATA = 'flightdeck:permission';
export const PUBLIC_METADATA = 'flightdeck:public';

/** What a caller must be allowed to do to use the route. A route has this or {@link Public}, or the process does not start. */
export const Permission = (permission: string): MethodDecorator & ClassDecorator =>
  SetMetadata(PERMISSION_METADATA, permission);

/** The route answers anybody. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC_METADATA, true);

/** Who may use a route: anybody, or whoever has the permission. */
export type Access = { readonly public: true } | { readonly public: false; readonly permission: string };

/** What is declared on a handler, or on its controller; undefined when nothing is. */
export function declaredAccess(handler: object, controller: object): Access | undefined {
  for (const target of [handler, controller]) {
    if (Reflect.getMetadata(PUBLIC_METADATA, target) === true) return { public: true };
    const permission: unknown = Reflect.getMetadata(PERMISSION_METADATA, target);
    if (typeof permission === 'string' && permission !== '') return { public: false, permission };
  }
  return undefined;
}
