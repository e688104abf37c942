import { contractFilesOf } from '../contracts/against';
import type { DriftProblem } from '../drift/problem';
import { registryDifferences, registryNote } from '../drift/registry';
import type { Broker } from '../model/model';
import { RegistryClient, RegistryError } from '../registry/client';
import { compareWithRegistry } from '../registry/compare';
import { registryAddress } from '../workspace/registryAddress';
import type { Loaded } from './load';

/**
 * Where files and the schema registry of a broker disagree. Credentials come from the registry's URL alone: those of the
 * broker are not for others.
 */
export async function registryDrift(broker: Broker, loaded: Loaded): Promise<{ problems: readonly DriftProblem[]; notes: readonly string[] }> {
  const { snapshot: { model, file }, workspace } = loaded;
  const address = registryAddress(broker, (of) => loaded.places.text(of), process.env);
  if (address === undefined) return { problems: [], notes: [] };
  const { url, user, password } = address;
  try {
    const client = new RegistryClient(url, { user, password });
    const files = contractFilesOf(model, (id) => file(id)?.file);
    const { problems } = registryDifferences(broker, await compareWithRegistry(client, { model, files, text: (path) => workspace.text(path) }));
    return { problems, notes: [] };
  } catch (error) {
    if (error instanceof RegistryError) return { problems: [], notes: [registryNote(error.message)] };
    throw error;
  }
}
