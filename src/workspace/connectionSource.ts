import { brokerOf } from '../lint/credentials';
import type { BrokerFact, CredentialFact } from '../model/facts';
import type { Broker, FlowModel } from '../model/model';
import type { Protocol } from '../model/settings';
import type { ConnectionSource } from '../protocol/connections';
import type { FileId } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import { clientSecurity } from './clientSecurity';
import { declaredAddress, tailAddress } from './tailAddress';

/** A way to a broker as one file says it. `secret` is for secret storage only: never log or show it. */
export interface FoundSource extends Omit<ConnectionSource, 'at' | 'file' | 'hasSecret'> {
  readonly fact: BrokerFact;
  readonly secret?: string;
}

/** What a source is read from. */
export interface SourceFiles {
  /** A file by its id; its text may hold placeholders for the environment. */
  file(id: FileId): SourceFile | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The ways to brokers that the files tell, of each broker first the one that a tail would take. What only a compose
 * network or a cluster can resolve is left out.
 */
export function connectionSources(model: FlowModel, files: SourceFiles): readonly FoundSource[] {
  return model.brokers.flatMap((broker) => {
    const { protocol } = broker;
    if (protocol === undefined) return [];
    const first = tailAddress(broker, textIn(files), files.environment);
    const found = new Map<string, FoundSource>();
    for (const fact of broker.facts) {
      const source = sourceOf(model, broker, protocol, fact, files);
      if (source !== undefined && !found.has(source.id)) found.set(source.id, source);
    }
    const rank = (one: FoundSource): number => (one.url === first?.url ? 0 : 1);
    return [...found.values()].sort((a, b) => rank(a) - rank(b));
  });
}

function textIn(files: SourceFiles): (id: FileId) => string {
  return (id) => files.file(id)?.text ?? '';
}

function sourceOf(
  model: FlowModel, broker: Broker, protocol: Protocol, fact: BrokerFact, files: SourceFiles,
): FoundSource | undefined {
  const address = declaredAddress(broker, fact, textIn(files), files.environment);
  if (address === undefined) return undefined;
  const { url, environment } = address;
  const file = files.file(fact.extent.file);
  // A compose file holds the settings of many programs, and of the broker itself.
  const security = file && protocol === 'kafka' && fact.scope === undefined ? clientSecurity(file) : { notes: [] };
  const { user, secret } = signIn(address, protocol, credentialOf(model, broker, fact), files);
  return {
    id: `${broker.id}\n${fact.extent.file}\n${url}`,
    broker: broker.name, protocol, url, fact,
    ...(environment !== undefined && { environment }),
    ...(user !== undefined && { user }),
    ...(secret !== undefined && { secret }),
    tls: address.tls,
    ...security,
  };
}

function signIn(
  { user, password }: { readonly user?: string; readonly password?: string }, protocol: Protocol,
  credential: CredentialFact | undefined, files: SourceFiles,
): { readonly user?: string; readonly secret?: string } {
  // In a NATS URL a name without a password is a token.
  if (protocol === 'nats' && user !== undefined && password === undefined) return { secret: user };
  return { user: user ?? credential?.user?.value, secret: password ?? secretText(credential, files) };
}

/** Not what opens the registry beside the broker, nor a key store. */
const otherDoors = /registry|user\.?info$|(trust|key)-?store|key-?password|ssl\.key/i;

/** What the same file signs in to the broker with. */
function credentialOf(model: FlowModel, broker: Broker, { extent }: BrokerFact): CredentialFact | undefined {
  return model.credentials.find((one) =>
    one.extent.file === extent.file && !otherDoors.test(one.where.replace(/^user info of /, '')) && brokerOf(model, one) === broker);
}

function secretText(credential: CredentialFact | undefined, files: SourceFiles): string | undefined {
  if (credential?.secret === undefined) return undefined;
  const { start, end, file: id } = credential.secret;
  const file = files.file(id);
  const raw = file?.text.slice(start, end);
  // Java's properties escape `:` and `=` among others.
  return file && /\.properties$/i.test(file.path) ? raw?.replace(/\\(.)/gs, '$1') : raw;
}
