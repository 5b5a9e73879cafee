import { Module, type DynamicModule } from '@nestjs/common';
import {
  AUTHENTICATOR,
  equalInConstantTime,
  IDEMPOTENCY_STORE,
  PORTS_PERMISSION,
  type Authenticator,
  type IdempotencyStore,
  type Principal,
} from '@flightdeck/platform';

const SERVICE: Principal = { id: 'service', role: 'service', permissions: [PORTS_PERMISSION] };

/** Knows the other processes by the token they share, and everybody else as `others` does. */
function serviceAuthenticator(serviceToken: string, others: Authenticator | undefined): Authenticator {
  return {
    authenticate: (token) =>
      equalInConstantTime(token, serviceToken) ? SERVICE : others?.authenticate(token),
  };
}

/** None of these processes has a route that answers by key; one that had would have to say where answers are kept. */
const NO_ANSWERS_BY_KEY: IdempotencyStore = {
  find: () => Promise.reject(new Error('This process keeps no answers.')),
  keep: () => Promise.reject(new Error('This process keeps no answers.')),
};

/** Who may enter a process that is not the API. */
@Module({})
export class ServiceDoorModule {
  static register(serviceToken: string, others?: Authenticator): DynamicModule {
    const providers = [
      { provide: AUTHENTICATOR, useValue: serviceAuthenticator(serviceToken, others) },
      { provide: IDEMPOTENCY_STORE, useValue: NO_ANSWERS_BY_KEY },
    ];
    return {
      module: ServiceDoorModule,
      global: true,
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }
}
