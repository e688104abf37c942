import { hostsOf, isLocalAddress } from '../model/address';
import type { CredentialFact } from '../model/facts';
import type { Broker, FlowModel } from '../model/model';
import type { RuleContext } from './context';
import { isLocal } from './locality';

/** The broker that a credential opens: by its name, or by an address of it. */
export function brokerOf(model: FlowModel, credential: CredentialFact): Broker | undefined {
  const hosts = new Set(hostsOf(credential.of, credential.protocol));
  return model.brokers.find((b) => b.name === credential.of || b.id === credential.of)
    ?? model.brokers.find((b) => b.url !== undefined && hostsOf(b.url.value, b.protocol).some((host) => hosts.has(host)));
}

/** True if the credential opens only a broker to try things out with. */
export function opensLocalBroker(model: FlowModel, credential: CredentialFact, context: RuleContext): boolean {
  const broker = brokerOf(model, credential);
  if (broker !== undefined) return isLocal(broker, context);
  return isLocal(undefined, context) || isLocalAddress(credential.of);
}
