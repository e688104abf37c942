import { join } from 'node:path';
import { cacheFolder, isInstalled } from '../support/cache.mjs';
import { compilesJava, findJava } from './kafka-home.mjs';
import { AVRO } from './versions.mjs';

/** The folder of the cache that holds Avro's jars under `libs`. @returns {string} */
export function avroFolder() {
  return join(cacheFolder(), `avro-${AVRO}`);
}

/**
 * A Java that runs programs from their source, and Avro's reference implementation, when both are there.
 *
 * @returns {Promise<{ java: string, classPath: string } | undefined>}
 */
export async function findAvro() {
  if (!isInstalled(avroFolder())) return undefined;
  const java = await findJava();
  return java && await compilesJava(java) ? { java, classPath: join(avroFolder(), 'libs', '*') } : undefined;
}
