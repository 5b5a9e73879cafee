import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** 256 bits. */
const TOKEN_BYTES = 32;

/**
 * The administrator's token: the configured one, else the one in `file`, else a new one written there, readable by its owner
 * only. A configured token is written too, so that commands on this machine find it.
 */
export function adminToken(file: string, configured: string | undefined): string {
  if (configured === undefined && existsSync(file)) return readFileSync(file, 'utf8').trim();
  const token = configured ?? randomBytes(TOKEN_BYTES).toString('base64url');
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return token;
}
