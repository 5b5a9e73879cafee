import { describe, expect, it } from '@jest/globals';
import { withCorrelation } from './correlation.js';
import { createLogger, NestLogger, type Logger } from './logger.js';

function recorded(log: (logger: Logger) => void): string {
  let text = '';
  log(createLogger({ level: 'debug', destination: { write: (line) => (text += line) } }));
  return text;
}

describe('the log', () => {
  it('holds no secret, wherever it stands', () => {
    const text = recorded((logger) => {
      logger.info(
        {
          authorization: 'Bearer abc',
          headers: { authorization: 'Bearer abc' },
          request: { headers: { cookie: 'abc' } },
        },
        'x',
      );
      logger.info({ token: 'abc', key: { token: 'abc' } }, 'Called with Bearer abc and more');
    });
    expect(text).not.toContain('abc');
    expect(text).toContain('Called with Bearer [redacted] and more');
  });

  it('would show what is no secret', () => {
    expect(recorded((logger) => logger.info({ campaignId: 'abc' }, 'x'))).toContain('abc');
  });

  it('carries the correlation id of what is going on', () => {
    const text = recorded((logger) => withCorrelation('id-1', () => logger.info('x')));
    expect(JSON.parse(text)).toMatchObject({ correlationId: 'id-1', level: 'info', msg: 'x' });
  });

  it("takes Nest's lines with their context and their errors", () => {
    const text = recorded((logger) => new NestLogger(logger).error(new Error('broken'), 'stack', 'Router'));
    expect(JSON.parse(text)).toMatchObject({
      level: 'error',
      msg: 'broken',
      context: 'Router',
      err: { message: 'broken' },
    });
  });
});
