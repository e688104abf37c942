import type { ConnectOptions } from '../brokers/driver';
import type { Protocol } from '../protocol/common';
import type { BrokerCredentials, BrokerInfo } from '../protocol/lsp';
import type { Connection, Connections } from './connections';

/** A way to a broker. `label` is for the screen; `options` may hold secrets. */
export interface Way {
  readonly label: string;
  readonly protocol: Protocol;
  readonly options: ConnectOptions;
  readonly environment?: string;
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
 * How to reach a broker that a file names: by the user's own connection of that name, else as the
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
  const own = connections.forBroker(broker.name, protocol, broker.url);
  const { environment } = broker;
  if (own && !own.signInOnly) return wayOver(own, connections, tapPrefix, environment);
  if (!isTrusted) {
    throw new NoWay(
      `${broker.name} is declared by a file of a workspace that is not trusted, so it is not connected to. ` +
        'Trust the workspace, or add a connection of that name.',
      true,
    );
  }
  if (!broker.url) {
    throw new NoWay(
      `No file says where ${broker.name} is. ` +
        `Give the broker a url, or add a connection named ${broker.name}.`,
    );
  }
  if (own) return { ...(await wayOver(own, connections, tapPrefix, environment)), declared: broker };
  return {
    label: broker.name,
    protocol,
    environment,
    declared: broker,
    options: {
      url: broker.url,
      tls: broker.tls,
      tapPrefix,
      ...signIn(await credentials(broker.id), broker.url, protocol),
    },
  };
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

/** How to reach a connection that the user added. */
export async function wayOver(
  connection: Connection,
  connections: Connections,
  tapPrefix: string,
  environment?: string,
): Promise<Way> {
  return {
    label: connection.name,
    protocol: connection.protocol,
    environment,
    connection,
    options: await connections.connectOptions(connection, tapPrefix),
  };
}
