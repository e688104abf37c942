import { readFile } from 'node:fs/promises';
import { BrokerError, type BrokerErrorKind } from './driver';

/**
 * Reads a file that the user named for a connection.
 * @param what the file's part in it: `client key`
 * @throws BrokerError of this kind that names the file, where it cannot be read
 */
export async function readNamedFile(path: string, what: string, kind: BrokerErrorKind): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new BrokerError(kind, `The ${what} ${path} cannot be read (${code}): name the file anew in the connection.`, { cause: error });
  }
}
