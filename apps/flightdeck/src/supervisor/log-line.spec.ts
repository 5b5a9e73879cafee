import { describe, expect, it } from '@jest/globals';
import { readableLine } from './log-line.js';

describe('a line of a process', () => {
  it('is told in words when it is a log record', () => {
    const record = {
      ...{ level: 'warn', time: '2026-11-25T20:15:01.123Z', pid: 7, hostname: 'h' },
      ...{ fold: 'rules', failures: 2, msg: 'A fold failed.' },
    };
    expect(readableLine('api', JSON.stringify(record))).toBe(
      'api       | 20:15:01.123 WARN  A fold failed. fold=rules failures=2',
    );
  });

  it('shows the stack of an error below', () => {
    const record = {
      level: 'error',
      time: '2026-11-25T20:15:01.123Z',
      msg: 'No.',
      err: { stack: 'E: x\n  at y' },
    };
    expect(readableLine('rules', JSON.stringify(record)).split('\n')).toEqual([
      'rules     | 20:15:01.123 ERROR No. ',
      '  E: x',
      '    at y',
    ]);
  });

  it.each(['READY http://127.0.0.1:1', '{"not":"a record"}', '{broken'])(
    'stays as it is otherwise: %s',
    (line) => {
      expect(readableLine('projector', line)).toBe(`projector | ${line}`);
    },
  );
});
