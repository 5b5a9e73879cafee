import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Stands apart from the bundle, so that an auditor can take it away and read it. */
const VERIFIER = fileURLToPath(new URL('../../../tools/verify.mjs', import.meta.url));
/** What the verifier ends with when something is not as it was signed. */
export const NOT_AS_SIGNED = 1;

/** Runs tools/verify.mjs, which speaks for itself, and answers what it ended with. */
export function runVerifier(
  parameters: readonly string[],
  stdio: 'inherit' | 'ignore' = 'inherit',
): Promise<number> {
  const child = spawn(process.execPath, [VERIFIER, ...parameters], { stdio });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? NOT_AS_SIGNED));
  });
}
