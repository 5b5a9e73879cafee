export * from './command-bus.js';
export * from './webhook/webhook-sender.js';
export { addressGuard, type AddressGuard } from './webhook/address-guard.js';
export { signedHeaders, webhookSecret, type SignedMessage } from './webhook/signature.js';
