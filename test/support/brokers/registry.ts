import { findRegistry } from '../../../scripts/setup/registry-home.mjs';
import { startBroker, type Installation, type RunningBroker } from './broker';
import { JVM } from './kafka';

/** Apicurio Registry as the set-up put it into the cache folder, with a Java that can run it. */
export async function findRegistryInstallation(): Promise<Installation | undefined> {
  const found = await findRegistry();
  return found && { kind: 'registry', version: found.version, command: found.java };
}

/** Starts a registry that keeps all in memory; its URL is that of the interface which Confluent's registry has as well. */
export async function startRegistry(): Promise<RunningBroker> {
  const installed = await findRegistry();
  if (!installed) throw new Error('The registry is not installed: run node scripts/setup/brokers.mjs');
  const { java, jar } = installed;
  return startBroker({
    kind: 'registry',
    ports: 1,
    launch: (folder, [port]) => folder.start(java, [
      ...JVM, `-Djava.io.tmpdir=${folder.dir}`, '-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`, '-jar', jar,
    ], { log: 'registry' }),
    isReady: async ([port]) => (await fetch(`http://127.0.0.1:${port}/apis/ccompat/v7/subjects`, { signal: AbortSignal.timeout(2000) })).ok,
    url: (port) => `http://127.0.0.1:${port}/apis/ccompat/v7`,
  });
}
