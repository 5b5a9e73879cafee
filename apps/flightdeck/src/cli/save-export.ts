import { open, rm } from 'node:fs/promises';
import { ApiError, type ApiClient } from './client.js';

const OWNER_ONLY = 0o600;

/**
 * Writes an export to a new file and answers its length.
 * @throws {ApiError} when the server ended before its end; what was written by then is removed.
 */
export async function saveExport(client: ApiClient, query: string, file: string): Promise<number> {
  const body = await client.stream(`/v1/audit/export?${query}`);
  const target = await open(file, 'wx', OWNER_ONLY);
  let bytes = 0;
  try {
    for await (const chunk of body) {
      await target.write(chunk);
      bytes += chunk.length;
    }
    await target.sync();
    await target.close();
    return bytes;
  } catch (error) {
    await target.close();
    await rm(file);
    if (!(error instanceof TypeError)) throw error;
    const detail = `The export ended after ${bytes} bytes; the server's log says why.`;
    throw new ApiError(502, 'export-cut', detail, 0);
  }
}
