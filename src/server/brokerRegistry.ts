import type { CancellationToken } from 'vscode-languageserver';
import { contractFilesOf } from '../contracts/against';
import { registryDifferences, registryNote, type RegistryDifferences } from '../drift/registry';
import type { Broker } from '../model/model';
import type { AskBrokerRegistryParams, BrokerRegistryAnswer, RegistrySignIn } from '../protocol/registry';
import { RegistryClient, RegistryError, RegistryMemory, RegistryRefusal } from '../registry/client';
import { compareWithRegistry, type LocalContracts } from '../registry/compare';
import { registryAddress } from '../workspace/registryAddress';
import type { Session } from './session';

/** What a registry answered, or why it did not, at the moment when its broker was asked. */
interface Asked {
  readonly asked: number;
  readonly address: string;
  readonly memory: RegistryMemory;
  /** One sentence without secrets. */
  readonly failure?: string;
}

/**
 * The registries of brokers that are compared with files: each is asked on the user's act, and its answers are compared anew
 * as files change.
 */
export class BrokerRegistries {
  /** The last answers of each broker's registry, by the broker's element id. */
  private readonly kept = new Map<string, Asked>();

  async ask(session: Session, { broker, address, asked }: AskBrokerRegistryParams, signIn: RegistrySignIn, token?: CancellationToken): Promise<BrokerRegistryAnswer> {
    const givenUp = new AbortController();
    const listening = token?.onCancellationRequested(() => givenUp.abort());
    const memory = new RegistryMemory();
    try {
      await compareWithRegistry(new RegistryClient(address, signIn, givenUp.signal, memory), await contractsOf(session));
      this.kept.set(broker, { asked, address, memory });
      return { is: 'asked' };
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      const { message: reason } = error;
      this.kept.set(broker, { asked, address, memory, failure: reason });
      return { is: error instanceof RegistryRefusal ? 'refused' : 'failed', reason };
    } finally {
      listening?.dispose();
      memory.isClosed = true;
    }
  }

  /** What the registry of a broker said then beside the files of now; nothing where no file names one. */
  async compare(session: Session, id: string, broker: Broker, asked: number): Promise<RegistryDifferences & { readonly notes: readonly string[] }> {
    const without = (...notes: string[]) => ({ problems: [], rows: [], notes });
    const { file } = await session.snapshot();
    const declared = registryAddress(broker, (of) => file(of)?.file.text ?? '', process.env)?.url;
    if (declared === undefined) return without();
    const found = this.kept.get(id);
    if (found?.asked !== asked || found.address !== declared) return without(registryNote('it was not asked with its broker. Ask again.'));
    const { memory, address, failure } = found;
    if (failure !== undefined) return without(registryNote(failure));
    const local = await contractsOf(session);
    return { ...registryDifferences(broker, await compareWithRegistry(new RegistryClient(address, {}, undefined, memory), local, { only: 'differences' })), notes: [] };
  }
}

async function contractsOf(session: Session): Promise<LocalContracts> {
  const { model, file } = await session.snapshot();
  return { model, files: contractFilesOf(model, (id) => file(id)?.file), text: (path) => session.workspace.text(path) };
}
