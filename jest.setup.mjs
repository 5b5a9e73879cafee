import { types } from 'node:util';

// Jest gives tests an `Error` of their own, so what Node itself throws (a connection that broke) is not an instance of it, and the
// AWS SDK then wraps it into one that has lost its code. Outside of Jest there is one `Error`; so there is here.
const ordinary = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(candidate) {
    return ordinary.call(this, candidate) || (this === Error && types.isNativeError(candidate));
  },
});
