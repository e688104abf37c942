import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import type { ConnectOptions } from '../brokers/driver';
import type { Protocol } from '../protocol/common';

/** How to reach a broker, as the user added it. Holds no secrets: those are under `id` in SecretStorage. */
export interface Connection {
  readonly id: string;
  /** Matches brokers of files by this name. */
  readonly name: string;
  readonly protocol: Protocol;
  /** Without user info. */
  readonly url: string;
  readonly tls?: boolean;
  readonly user?: string;
  readonly managementUrl?: string;
  readonly mqttVersion?: 4 | 5;
  readonly saslMechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  /**
   * Made by signing in to a broker that a file declares: holds only while the file names this very
   * URL, so that an edited file cannot send the password elsewhere.
   */
  readonly signInOnly?: boolean;
}

export interface Secrets {
  readonly password?: string;
  readonly token?: string;
}

const KEY = 'tailrace.connections';

/** The connections the user added: descriptions in the global state, secrets in SecretStorage. */
export class Connections {
  constructor(
    private readonly state: vscode.Memento,
    private readonly secrets: vscode.SecretStorage,
  ) {}

  /** Sorted by name. */
  all(): readonly Connection[] {
    return [...this.state.get<readonly Connection[]>(KEY, [])].sort((a, b) =>
      a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
    );
  }

  /** The connection that stands for a broker of a file; one that was only signed in to must have its URL. */
  forBroker(name: string, protocol: Protocol, url: string | undefined): Connection | undefined {
    const named = this.all().filter(
      (connection) => connection.name === name && connection.protocol === protocol,
    );
    return (
      named.find((connection) => !connection.signInOnly) ??
      named.find((connection) => connection.signInOnly && connection.url === url)
    );
  }

  /** Adds a connection, or replaces the one with the same name, protocol and purpose. */
  async put(description: Omit<Connection, 'id'>, secrets: Secrets): Promise<Connection> {
    const all = this.all();
    const old = all.find(
      (one) =>
        one.name === description.name &&
        one.protocol === description.protocol &&
        Boolean(one.signInOnly) === Boolean(description.signInOnly) &&
        (!description.signInOnly || one.url === description.url),
    );
    const connection: Connection = { ...description, id: old?.id ?? randomUUID() };
    // The secret first: a connection without its secret would be tried and refused.
    if (secrets.password || secrets.token)
      await this.secrets.store(secretKey(connection.id), JSON.stringify(secrets));
    else await this.secrets.delete(secretKey(connection.id));
    await this.state.update(KEY, [...all.filter((one) => one !== old), connection]);
    return connection;
  }

  async remove(id: string): Promise<void> {
    await this.state.update(
      KEY,
      this.all().filter((one) => one.id !== id),
    );
    await this.secrets.delete(secretKey(id));
  }

  /** What the live worker needs to connect, secrets included: never log or show it. */
  async connectOptions(connection: Connection, tapPrefix: string): Promise<ConnectOptions> {
    const stored = await this.secrets.get(secretKey(connection.id));
    const secrets = stored === undefined ? {} : (JSON.parse(stored) as Secrets);
    const { url, tls, user, managementUrl, mqttVersion, saslMechanism } = connection;
    return { url, tls, user, managementUrl, mqttVersion, saslMechanism, tapPrefix, ...secrets };
  }
}

function secretKey(id: string): string {
  return `${KEY}.${id}`;
}
