import type { CompatMode } from '../contracts/compat';
import { RegistryClient, RegistryError, RegistryRefusal } from '../registry/client';
import { compareWithRegistry } from '../registry/compare';
import { UsageError } from './arguments';
import { compareCompat, contractFiles, namesOf, relatedOf } from './broken';
import type { CompatProblem } from './formats/compat';
import type { Loaded } from './load';

/**
 * What contracts break for those who use what a registry holds, and where folder and registry disagree. User and password
 * come from the URL or from TAILRACE_USER and TAILRACE_PASSWORD, a bearer token from TAILRACE_TOKEN.
 * @throws UsageError if the registry does not answer as one.
 */
export async function registryProblems(url: string, loaded: Loaded, mode: CompatMode | undefined): Promise<readonly CompatProblem[]> {
  const { snapshot: { model }, workspace } = loaded;
  const { TAILRACE_USER: user, TAILRACE_PASSWORD: password, TAILRACE_TOKEN: token } = process.env;
  try {
    const client = new RegistryClient(url, { user, password, token });
    const local = { model, files: contractFiles(loaded), text: (path: string) => workspace.text(path) };
    const { findings } = await compareWithRegistry(client, local, mode === undefined ? {} : { mode });
    return findings.map(({ check, severity, message, contract, at, consumers, isBreak }): CompatProblem => ({
      check, severity, message, contract, ...loaded.places.of(at),
      consumers: namesOf(consumers), related: isBreak ? relatedOf(loaded, consumers) : [],
    })).sort(compareCompat);
  } catch (error) {
    if (error instanceof RegistryRefusal) throw new UsageError(`${error.message} Give TAILRACE_USER and TAILRACE_PASSWORD, or TAILRACE_TOKEN.`);
    if (error instanceof RegistryError) throw new UsageError(error.message);
    throw error;
  }
}
