import type { ConnectOptions } from '../brokers/driver';
import type { Protocol } from '../protocol/common';
import type { BrokerCredentials, BrokerInfo } from '../protocol/lsp';
import { noAddressAdvice } from '../protocol/noAddress';
import type { Connection, Connections } from './connections';
import { isDevelopment } from './writeLaw';

/** A way to a broker. `label` is for the screen; `options` may hold secrets. */
export interface Way {
  /** The same for each way over this connection, or to this declared broker at this address. */
  readonly key: string;
  readonly label: string;
  readonly protocol: Protocol;
  readonly options: ConnectOptions;
  readonly environment?: string;
  /** Nothing may be written, as it is now; who writes asks `WriteLaw.mayWrite` again. */
  readonly readOnly: boolean;
  /** Any certificate is taken. */
  readonly unverified: boolean;
  /** The broker of a file that is reached by what the file says. */
  readonly declared?: BrokerInfo;
  /** The connection that the user added. */
  readonly connection?: Connection;
}

/** Why no connection may or can be made, for the panel; thrown by `wayTo`. */
export class NoWay extends Error {
  constructor(
    message: string,
    readonly untrusted = false,
  ) {
    super(message);
    this.name = 'NoWay';
  }
}

/** What the window says about connecting. */
export interface Surroundings {
  /** Files of a workspace that is not trusted decide no connection. */
  readonly isTrusted: boolean;
  /** Where names that taps make begin; an access control rule can allow it. */
  readonly tapPrefix: string;
}

/** Asks for user and password in the URL of the broker with this element id. */
export type AskCredentials = (id: string) => Promise<BrokerCredentials | undefined>;

/**
 * How to reach a broker that a file names: by the connection that is active for it, else as the
 * file says, which only a trusted workspace may decide. Credentials in the file's URL, mostly from the
 * environment, are asked for only then; those of a sign-in win over them.
 * @throws NoWay with what to do
 */
export async function wayToBroker(
  broker: BrokerInfo,
  protocol: Protocol,
  connections: Connections,
  { isTrusted, tapPrefix }: Surroundings,
  credentials: AskCredentials,
): Promise<Way> {
  const own = connections.active(broker, protocol);
  // That a file calls its broker one for development is no reason to write where nobody trusts the file.
  if (own && !own.signInOnly) return wayOver(own, connections, tapPrefix, isTrusted ? broker.environment : undefined);
  return wayDeclared(broker, protocol, connections, { isTrusted, tapPrefix }, credentials);
}

/** How to reach a broker as its file says, whatever connection is active. @throws NoWay with what to do */
export async function wayDeclared(
  broker: BrokerInfo,
  protocol: Protocol,
  connections: Connections,
  { isTrusted, tapPrefix }: Surroundings,
  credentials: AskCredentials,
): Promise<Way> {
  if (!isTrusted) {
    throw new NoWay(
      `${broker.name} is declared by a file of a workspace that is not trusted, so it is not connected to. ` +
        'Trust the workspace, or add a connection of that name.',
      true,
    );
  }
  if (!broker.url) {
    throw new NoWay(noAddressAdvice(broker.name, broker.unset, `add a connection named ${broker.name}`));
  }
  const { environment } = broker;
  const way = { key: declaredKey(broker), environment, declared: broker };
  const readOnly = !connections.writing.mayWrite(way);
  const signedIn = connections.signedIn(broker, protocol);
  if (signedIn) return { ...(await wayOver(signedIn, connections, tapPrefix, environment)), ...way, readOnly };
  return {
    ...way,
    readOnly,
    label: broker.name,
    protocol,
    unverified: false,
    options: {
      url: broker.url,
      tls: broker.tls,
      tapPrefix,
      ...signIn(await credentials(broker.id), broker.url, protocol),
    },
  };
}

/** What was allowed for a declared broker holds for the address that it had then. */
export function declaredKey(broker: BrokerInfo | undefined): string {
  return `${broker?.id ?? ''} ${broker?.url ?? ''}`;
}

/** What to sign in with; nothing where the URL has changed since the broker was read. */
function signIn(
  found: BrokerCredentials | undefined,
  url: string,
  protocol: Protocol,
): Pick<ConnectOptions, 'user' | 'password' | 'token'> {
  if (found?.url !== url) return {};
  const { user, password } = found;
  // In a NATS URL a name without a password is a token.
  if (protocol === 'nats' && password === undefined) return { token: user };
  return { user, ...(password !== undefined && { password }) };
}

/**
 * How to reach a connection that the user added.
 * @param declared the environment of the broker's declaration, which counts where the connection has none.
 * @throws NoWay where it takes any certificate and is not for development
 */
export async function wayOver(
  connection: Connection,
  connections: Connections,
  tapPrefix: string,
  declared?: string,
): Promise<Way> {
  const environment = connection.environment ?? declared;
  if (connection.unverified && !isDevelopment(environment)) {
    throw new NoWay(
      `The connection ${connection.name} takes any certificate, which is allowed in the environment development only. ` +
        'Edit it: name the certificate of the authority, or make its environment development.',
    );
  }
  const options = await connections.connectOptions(connection, tapPrefix, environment);
  return {
    key: connection.id,
    label: connection.name,
    protocol: connection.protocol,
    environment,
    readOnly: !connections.writing.mayWrite({ key: connection.id, environment }),
    unverified: options.unverified === true,
    connection,
    options,
  };
}
