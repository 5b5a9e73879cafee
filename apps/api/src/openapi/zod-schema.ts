import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/**
 * A zod schema as OpenAPI 3.1 has it (JSON Schema 2020-12): a reference when the schema has an id, and the components that it
 * needs. Undefined for what is not a zod schema.
 */
export function componentOf(
  schema: unknown,
  io: 'input' | 'output',
): { readonly schema: JsonSchema; readonly components: Record<string, JsonSchema> } | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));
  const { $defs = {}, ...own } = JSON.parse(
    text.replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as JsonSchema & { readonly $defs?: Record<string, JsonSchema> };
  const components = Object.entries($defs).map(([name, inner]) => [name, without(inner, 'id')]);
  return {
    schema: without(own, '$schema'),
    components: Object.fromEntries(components) as Record<string, JsonSchema>,
  };
}

function without(schema: JsonSchema, keyword: string): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== keyword));
}
