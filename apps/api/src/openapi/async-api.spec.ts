import { COMMAND_NAMES } from '@flightdeck/contracts';
import type { CommandDetail, CommandName } from '@flightdeck/domain';
import { commandDetail } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { createRequire } from 'node:module';
import { asyncApiDocument } from './async-api-document.js';

/** AsyncAPI's own meta schema. */
const metaSchema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
const formats = addFormats as unknown as (ajv: object) => void;

const document = asyncApiDocument('1.2.3') as {
  readonly channels: object;
  readonly operations: object;
  readonly components: { readonly schemas: Record<string, object> };
};

function isAsyncApi(candidate: unknown): boolean {
  const ajv = new Ajv({ strict: false });
  formats(ajv);
  return ajv.validate(metaSchema, candidate);
}

/** Whether an event is what the document says of the schema of that name. */
function isA(name: string, event: unknown): boolean {
  const ajv = new Ajv2020({ strict: false });
  formats(ajv);
  return ajv.validate({ components: document.components, $ref: `#/components/schemas/${name}` }, event);
}

const onTheBus = (detail: CommandDetail): object => ({
  source: 'flightdeck.rules',
  'detail-type': detail.command,
  time: detail.issuedAt,
  detail,
});

describe('the AsyncAPI document', () => {
  it('is one, by the meta schema of AsyncAPI 3.0', () => {
    expect(isAsyncApi(document)).toBe(true);
  });

  it('would not be one without what AsyncAPI asks for (planted)', () => {
    expect(isAsyncApi({ ...document, operations: { broken: { action: 'shout' } } })).toBe(false);
    expect(isAsyncApi({ ...document, asyncapi: undefined })).toBe(false);
  });

  it('refers only to what is there', () => {
    const found = (reference: string): unknown =>
      reference
        .slice('#/'.length)
        .split('/')
        .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, place]) => place ?? '',
    );
    expect(references.length).toBeGreaterThan(6);
    expect(references.filter((reference) => found(reference) === undefined)).toEqual([]);
  });

  it('names every command that there is', () => {
    const names: Readonly<Record<CommandName, true>> = {
      ...{ PauseCampaign: true, ResumeCampaign: true, AdjustDailyBudget: true },
      ...{ AdjustBid: true, NotifyOwner: true },
    };
    expect([...COMMAND_NAMES].sort()).toEqual(Object.keys(names).sort());
  });

  it('is kept by what goes over the bus, to a topic and to a webhook', () => {
    const detail = { ...commandDetail('c1', 1), commandId: '6ba7b811-9dad-51d1-80b4-00c04fd430c8' };
    const event = onTheBus(detail);
    expect(isA('CommandDetail', detail)).toBe(true);
    expect(isA('CommandEvent', event)).toBe(true);
    expect(isA('WebhookEnvelope', { version: '0', id: 'e1', resources: ['campaign/c1'], ...event })).toBe(
      true,
    );
  });

  it('is broken by a command without its number, or with one that nobody knows (planted)', () => {
    const detail = { ...commandDetail('c1', 1), commandId: '6ba7b811-9dad-51d1-80b4-00c04fd430c8' };
    expect(isA('CommandDetail', { ...detail, sequence: 0 })).toBe(false);
    expect(isA('CommandEvent', onTheBus({ ...detail, command: 'Explode' as CommandName }))).toBe(false);
  });
});
