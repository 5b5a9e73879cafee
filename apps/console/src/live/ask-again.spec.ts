import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { askAgain } from './ask-again';

describe('asking again after a change', () => {
  let queries: QueryClient;
  let state: string;
  let answers: (() => void)[];
  let seen: unknown;
  let stop: () => void;
  /** Says what is true when it is asked, and says it when the test lets it. */
  const ask = (): Promise<string> => {
    const told = state;
    return new Promise((resolve) => answers.push(() => resolve(told)));
  };
  const answerAll = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) {
      answers.shift()?.();
      await new Promise((resolve) => setTimeout(resolve));
    }
  };

  beforeEach(() => {
    queries = new QueryClient();
    [state, answers, seen] = ['issued', [], undefined];
    const observer = new QueryObserver(queries, { queryKey: ['commands', 'all'], queryFn: ask });
    stop = observer.subscribe(({ data }) => (seen = data));
  });
  afterEach(() => {
    stop();
    queries.clear();
  });

  it('shows a change that came while the first answer was on its way', async () => {
    state = 'failed';
    void askAgain(queries, 'commands');
    await answerAll();
    expect(seen).toBe('failed');
  });

  it('would miss it if it only marked the answer as old (planted)', async () => {
    state = 'failed';
    void queries.invalidateQueries({ queryKey: ['commands'] });
    await answerAll();
    expect(seen).toBe('issued');
  });

  it('has one request on its way at a time, and comes to an end, while changes go on', async () => {
    for (let change = 0; change < 50; change += 1) {
      state = `state ${change}`;
      void askAgain(queries, 'commands');
      await new Promise((resolve) => setTimeout(resolve));
      expect(answers.length).toBeLessThanOrEqual(1);
      if (change % 10 === 9) answers.shift()?.();
    }
    await answerAll();
    expect(seen).toBe('state 49');
  });
});
