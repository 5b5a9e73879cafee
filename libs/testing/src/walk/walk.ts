import { execFileSync } from 'node:child_process';
import { expect } from '@jest/globals';

/** A command of a page and the part of its answer that the page shows. */
export interface Step {
  readonly bash: string;
  readonly shows?: object;
}

/** Bash blocks of a page between `<!-- mark -->` and `<!-- /mark -->`, each with the JSON block that follows it, if one does. */
export function stepsOf(page: string, mark: string): Step[] {
  const walk = new RegExp(`<!-- ${mark} -->([\\s\\S]*)<!-- /${mark} -->`, 'u').exec(page)?.[1] ?? '';
  const steps: Step[] = [];
  for (const [, language, text = ''] of walk.matchAll(/```(bash|json)\n([\s\S]*?)```/gu)) {
    if (language === 'bash') steps.push({ bash: text });
    else steps.push({ bash: steps.pop()?.bash ?? '', shows: JSON.parse(text) as object });
  }
  return steps;
}

/** What a script prints as JSON, asked again until it is as shown or `attempts` are used up; undefined when it never printed any. */
export function answerOf(script: string, shows: object, attempts: number): unknown {
  let last: unknown;
  for (let attempt = 1; attempt <= attempts && !matches(last, shows); attempt++) {
    try {
      last = JSON.parse(execFileSync('bash', ['-euo', 'pipefail', '-c', script], { encoding: 'utf8' }));
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
  return last;
}

function matches(actual: unknown, shows: object): boolean {
  try {
    expect(actual).toMatchObject(shows);
    return true;
  } catch {
    return false; // not yet as shown
  }
}
