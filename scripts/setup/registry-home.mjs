import { join } from 'node:path';
import { cacheFolder, isInstalled } from '../support/cache.mjs';
import { findJava } from './kafka-home.mjs';
import { APICURIO } from './versions.mjs';

/** The folder of the cache that holds the registry under `app`. @returns {string} */
export function registryFolder() {
  return join(cacheFolder(), `apicurio-${APICURIO}`);
}

/**
 * Java and the registry's jar, when both are there.
 *
 * @returns {Promise<{ java: string, version: string, jar: string } | undefined>}
 */
export async function findRegistry() {
  if (!isInstalled(registryFolder())) return undefined;
  const java = await findJava();
  return java && { java, version: APICURIO, jar: join(registryFolder(), 'app', `apicurio-registry-app-${APICURIO}-runner.jar`) };
}
