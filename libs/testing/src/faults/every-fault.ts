import type { Fault } from './fault-proxy.js';

/** What may befall a call, by name: one row of a matrix of faults × calls. */
export type NamedFault = readonly [name: string, fault: Fault];

/** How a service says that it is too much, or that it has failed itself. */
export interface ServiceErrors {
  readonly throttling: string;
  readonly internal: string;
}

export const DYNAMODB_ERRORS: ServiceErrors = {
  ...{ throttling: 'ProvisionedThroughputExceededException', internal: 'InternalServerError' },
};
export const KINESIS_ERRORS: ServiceErrors = {
  ...{ throttling: 'ProvisionedThroughputExceededException', internal: 'InternalFailure' },
};
export const SNS_ERRORS: ServiceErrors = { throttling: 'Throttled', internal: 'InternalFailure' };

/**
 * Every fault that may befall any call. A half-open one takes as long as the caller is patient. What only a batch can suffer, some
 * of its entries failing, is in `partial.ts`.
 */
export function everyFault({ throttling, internal }: ServiceErrors): readonly NamedFault[] {
  return [
    ['delayed', { kind: 'delay', ms: 30 }],
    ['reset before it was seen', { kind: 'reset' }],
    ['cut after it was done', { kind: 'cut' }],
    ['cut within the answer', { kind: 'cut', afterBytes: 5 }],
    ['left without an answer, done', { kind: 'half-open' }],
    ['left without an answer, not done', { kind: 'half-open', seen: false }],
    ['throttled', { kind: 'answer', status: 400, type: throttling }],
    ['failed', { kind: 'answer', status: 500, type: internal }],
  ];
}

/** Whether the caller cannot know that the call was carried out, so that it comes again: what takes it has to know it by its id. */
export function leavesInDoubt(fault: Fault): boolean {
  return fault.kind === 'cut' || (fault.kind === 'half-open' && fault.seen !== false);
}
