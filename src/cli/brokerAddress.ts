import type { ConnectOptions } from '../brokers/driver';
import { isTlsUrl } from '../model/address';
import type { Broker } from '../model/model';
import type { Protocol } from '../model/settings';
import { own } from '../text/own';
import { splitAddress, type BrokerAddress } from '../workspace/brokerUrl';
import { tailAddress } from '../workspace/tailAddress';
import { UsageError } from './arguments';
import type { Loaded } from './load';
import { unlessUseless, type SignIn } from './signIn';

/** A broker that a command talks to. `connect` may hold secrets; `connect.url` never does. */
export interface ReachedBroker {
  readonly protocol: Protocol;
  readonly connect: ConnectOptions;
}

/** The start of the URL tells the protocol; `kafka://` is ours, since Kafka has no scheme. */
const schemes: Readonly<Record<string, Protocol>> = {
  kafka: 'kafka', amqp: 'rabbitmq', amqps: 'rabbitmq', mqtt: 'mqtt', mqtts: 'mqtt', ws: 'mqtt', wss: 'mqtt',
  nats: 'nats', tls: 'nats',
};

/**
 * How to reach a broker that a file declares, from this machine and with this environment.
 * @returns undefined where no file says an address that leads there from here.
 */
export function declaredBroker(
  broker: Broker | undefined, protocol: Protocol | undefined, loaded: Loaded, signIn: SignIn,
): ReachedBroker | undefined {
  const address = broker && tailAddress(broker, (file) => loaded.places.text(file), process.env);
  if (address === undefined || protocol === undefined) return undefined;
  return { protocol, connect: connectTo(address, protocol, address.tls, signIn) };
}

/**
 * How to reach the broker of a URL that the user gives.
 * @param known what it speaks where the URL has no scheme.
 * @throws UsageError where neither tells the protocol.
 */
export function givenBroker(url: string, known: Protocol | undefined, signIn: SignIn): ReachedBroker {
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  const protocol = scheme === undefined ? known : own(schemes, scheme);
  const address = splitAddress(url);
  if (protocol === undefined) {
    throw new UsageError(`The broker "${address.url}" needs a scheme: ${Object.keys(schemes).map((s) => `${s}://`).join(', ')}.`);
  }
  return { protocol, connect: connectTo(address, protocol, undefined, signIn) };
}

/** What is in flags and environment counts before what is in the URL. */
function connectTo(address: BrokerAddress, protocol: Protocol, declared: boolean | undefined, { tls: asked, ...signIn }: SignIn): ConnectOptions {
  const { url } = address;
  const tls = asked ?? declared ?? isTlsUrl(url);
  const signedIn = { user: address.user, password: address.password, ...signIn };
  unlessUseless(signedIn, protocol, tls);
  return { ...signedIn, url: protocol === 'kafka' ? url.replace(/^kafka:\/\//i, '') : url, tls };
}
