import { hostsOf, isLocalAddress } from '../model/address';
import type { CredentialFact } from '../model/facts';
import type { Broker, FlowModel } from '../model/model';
import type { RuleContext } from './context';
import { isLocal } from './locality';

/** The broker that a credential opens: by its name, or by an address of it. */
export function brokerOf(model: FlowModel, credential: CredentialFact): Broker | undefined {
  const hosts = new Set(hostsOf(credential.of, credential.protocol));
  return model.brokers.find((b) => b.name === credential.of || b.id === credential.of)
    ?? model.brokers.find((b) => addressesOf(b).some((url) => hostsOf(url, b.protocol).some((host) => hosts.has(host))));
}

function addressesOf(broker: Broker): string[] {
  const all = [broker.url, ...broker.facts.flatMap((fact) => [fact.url, ...(fact.addresses ?? [])])];
  return [...new Set(all.flatMap((url) => (url === undefined ? [] : [url.value])))];
}

/**
 * True if the credential opens only a broker to try things out with. Of a program in a compose file that
 * names no broker the same counts as of the brokers that such files run.
 */
export function opensLocalBroker(model: FlowModel, credential: CredentialFact, context: RuleContext): boolean {
  const broker = brokerOf(model, credential);
  if (broker !== undefined) return isLocal(broker, context);
  if (isLocal(undefined, context) || isLocalAddress(credential.of)) return true;
  const isOfCompose = credential.dialect === 'docker-compose' && !credential.of.includes('.');
  return isOfCompose && context.environment === undefined;
}
