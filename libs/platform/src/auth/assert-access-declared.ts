import type { INestApplicationContext } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { declaredAccess, type Access } from './permission.js';

/** Some routes say neither which permission they need nor that they are public. The process must not start. */
export class UndeclaredAccess extends Error {
  override readonly name = 'UndeclaredAccess';
  constructor(readonly routes: readonly string[]) {
    super(`No @Permission or @Public on: ${routes.join(', ')}`);
  }
}

/** A route's handler and what it declares; `access` is undefined when it declares nothing. */
export interface DeclaredRoute {
  readonly controller: string;
  readonly method: string;
  readonly access: Access | undefined;
}

/** Looks at every route of every controller. @throws {UndeclaredAccess} naming each route without declared access. */
export function assertAccessDeclared(app: INestApplicationContext): void {
  const undeclared = declaredRoutes(app).filter((route) => route.access === undefined);
  if (undeclared.length > 0)
    throw new UndeclaredAccess(undeclared.map(({ controller, method }) => `${controller}.${method}`));
}

/** Every route of every controller of the application. */
export function declaredRoutes(app: INestApplicationContext): readonly DeclaredRoute[] {
  const routes: DeclaredRoute[] = [];
  const scanner = new MetadataScanner();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype: controller } of module.controllers.values()) {
      if (typeof controller !== 'function') continue;
      const prototype = controller.prototype as object;
      for (const method of scanner.getAllMethodNames(prototype)) {
        const handler: unknown = Reflect.get(prototype, method);
        if (typeof handler !== 'function' || !isRoute(handler)) continue;
        routes.push({ controller: controller.name, method, access: declaredAccess(handler, controller) });
      }
    }
  }
  return routes;
}

function isRoute(handler: object): boolean {
  return Reflect.hasMetadata(PATH_METADATA, handler) && Reflect.hasMetadata(METHOD_METADATA, handler);
}
