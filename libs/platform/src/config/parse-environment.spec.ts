import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigMistakes, parseEnvironment } from './parse-environment.js';

const schema = z
  .object({
    PORT: z.coerce.number().int().max(65_535).default(8080),
    HOST: z.string().default('127.0.0.1'),
    TOKEN: z.string().min(8).optional(),
  })
  .transform(({ PORT, HOST, TOKEN }) => ({ listen: { port: PORT, host: HOST }, token: TOKEN }));

describe('parsing the environment', () => {
  it('takes defaults for what is absent or empty', () => {
    expect(parseEnvironment(schema, { HOST: '', OTHER: 'x' })).toEqual({
      listen: { port: 8080, host: '127.0.0.1' },
    });
  });

  it('freezes the whole configuration', () => {
    const config = parseEnvironment(schema, {});
    expect(() => Object.assign(config.listen, { port: 1 })).toThrow(TypeError);
  });

  it('reports every mistake together, by name and without the value', () => {
    const parse = () => parseEnvironment(schema, { PORT: '70000', TOKEN: 's3cret' });
    expect(parse).toThrow(ConfigMistakes);
    expect(parse).toThrow(/2 mistakes[^]*PORT[^]*TOKEN/);
    expect(parse).not.toThrow(/s3cret/);
  });
});
