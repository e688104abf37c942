import { join } from 'node:path';
import { cacheFolder, isInstalled } from '../support/cache.mjs';
import { findProgram, isExecutable, printedBy } from '../support/find-program.mjs';
import { KAFKA, KAFKA_JAVA } from './versions.mjs';

/** The folder of the cache that holds Kafka's jars under `libs`. @returns {string} */
export function kafkaFolder() {
  return join(cacheFolder(), `kafka-${KAFKA}`);
}

/**
 * A Java that can run the broker: JAVA_HOME's, else PATH's.
 *
 * @returns {Promise<string | undefined>}
 */
export async function findJava() {
  const home = process.env.JAVA_HOME;
  const candidates = [home && join(home, 'bin', 'java'), findProgram('java')];
  for (const java of candidates) {
    if (!java || !isExecutable(java)) continue;
    const major = /version "(\d+)/.exec(await printedBy(java, ['-version']) ?? '')?.[1];
    if (Number(major) >= KAFKA_JAVA) return java;
  }
  return undefined;
}

/**
 * Whether a Java can run a program from its source, as the fault harness does: a runtime alone cannot.
 *
 * @param {string} java
 * @returns {Promise<boolean>}
 */
export async function compilesJava(java) {
  return /^jdk\.compiler@/m.test(await printedBy(java, ['--list-modules']) ?? '');
}

/**
 * Java and the jars, when both are there.
 *
 * @returns {Promise<{ java: string, version: string, classPath: string } | undefined>}
 */
export async function findKafka() {
  const folder = kafkaFolder();
  if (!isInstalled(folder)) return undefined;
  const java = await findJava();
  return java && { java, version: KAFKA, classPath: join(folder, 'libs', '*') };
}
