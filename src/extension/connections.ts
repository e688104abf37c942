import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import type { ConnectOptions, SaslMechanism } from '../brokers/driver';
import type { Protocol } from '../protocol/common';
import { absolute } from './keyFiles';
import { Signal } from './signal';
import { isDevelopment, WriteLaw } from './writeLaw';

/**
 * How to reach a broker, as the user added it. Holds no secrets: those are under `id` in SecretStorage. What earlier
 * versions kept has no `broker` and no `environment`.
 */
export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly protocol: Protocol;
  /** Without user info. */
  readonly url: string;
  /** The broker of files that it is a way to, where that is not called as it is itself. */
  readonly broker?: string;
  /** Absent: that of the broker's declaration. */
  readonly environment?: string;
  readonly tls?: boolean;
  readonly user?: string;
  readonly managementUrl?: string;
  readonly mqttVersion?: 4 | 5;
  readonly saslMechanism?: SaslMechanism;
  /** Paths of PEM files as the user wrote them, `~` included; the files are never copied. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Takes any certificate; holds only where the environment is development. */
  readonly unverified?: boolean;
  readonly oauth?: { readonly tokenEndpoint: string; readonly clientId: string; readonly scope?: string };
  readonly aws?: { readonly region: string; readonly profile?: string };
  /** A path as the user wrote it. */
  readonly credentialsFile?: string;
  /**
   * Made by signing in to a broker that a file declares: holds only while the file names this very
   * URL, so that an edited file cannot send the password elsewhere.
   */
  readonly signInOnly?: boolean;
}

export interface Secrets {
  readonly password?: string;
  readonly token?: string;
  /** Of the client's key. */
  readonly passphrase?: string;
  readonly clientSecret?: string;
  readonly nkeySeed?: string;
}

const KEY = 'tailrace.connections';
const CHOSEN = 'tailrace.activeConnections';
const LAST = 'tailrace.lastChosenBroker';
/** Chosen instead of a connection: what the file itself says. */
const AS_DECLARED = 'file';

/** A broker of files, as a connection is chosen for it. */
export interface Declared {
  readonly name: string;
  readonly url?: string;
  readonly environment?: string;
}

/**
 * The connections the user added: descriptions in the global state, secrets in SecretStorage, and which of several is
 * used for a broker in the workspace's state.
 */
export class Connections {
  /** Who may write over which of them. */
  readonly writing = new WriteLaw();
  private readonly changed = new Signal<void>();
  /** Added, edited, removed, or another one is active. */
  readonly onChanged = this.changed.on;

  constructor(
    private readonly state: vscode.Memento,
    private readonly secrets: vscode.SecretStorage,
    private readonly workspace: vscode.Memento,
  ) {}

  /** Sorted by name. */
  all(): readonly Connection[] {
    return [...this.state.get<readonly Connection[]>(KEY, [])].sort((a, b) =>
      a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
    );
  }

  byId(id: string): Connection | undefined {
    return this.all().find((one) => one.id === id);
  }

  /** Those that lead to a broker of this name, the safest first; not those that were only signed in to. */
  waysTo(name: string, protocol: Protocol, environment?: string): readonly Connection[] {
    return this.all()
      .filter((one) => !one.signInOnly && one.protocol === protocol && brokerOf(one) === name)
      .sort((a, b) => rank(a, environment) - rank(b, environment));
  }

  /**
   * The connection that stands for a broker of a file: the chosen one, else the first of `waysTo`, else the sign-in to
   * the very URL that the file names.
   */
  active({ name, url, environment }: Declared, protocol: Protocol): Connection | undefined {
    const ways = this.waysTo(name, protocol, environment);
    const chosen = this.choices()[choiceKey(name, protocol)];
    const own = chosen === AS_DECLARED ? undefined : (ways.find((one) => one.id === chosen) ?? ways[0]);
    return own ?? this.signedIn({ name, url }, protocol);
  }

  /** The sign-in to the very URL that a file names. */
  signedIn({ name, url }: Declared, protocol: Protocol): Connection | undefined {
    return this.all().find((one) => one.signInOnly && one.protocol === protocol && one.name === name && one.url === url);
  }

  /** Makes a connection the one that is used for its broker in this workspace. */
  async choose(connection: Connection): Promise<void> {
    await this.setChoice(brokerOf(connection), connection.protocol, connection.id);
  }

  /** Uses for a broker what its file says. */
  async chooseDeclared(name: string, protocol: Protocol): Promise<void> {
    await this.setChoice(name, protocol, AS_DECLARED);
  }

  private async setChoice(name: string, protocol: Protocol, chosen: string): Promise<void> {
    await this.workspace.update(CHOSEN, { ...this.choices(), [choiceKey(name, protocol)]: chosen });
    await this.workspace.update(LAST, choiceKey(name, protocol));
    this.changed.fire();
  }

  /** `kafka events`: the broker for which a connection was chosen last in this workspace. */
  get lastChosen(): string | undefined {
    return this.workspace.get<string>(LAST);
  }

  private choices(): Readonly<Record<string, string>> {
    return this.workspace.get<Readonly<Record<string, string>>>(CHOSEN, {});
  }

  /** Adds a connection, or replaces the one with the same name, protocol and purpose. */
  async put(description: Omit<Connection, 'id'>, secrets: Secrets): Promise<Connection> {
    const old = this.all().find(
      (one) =>
        one.name === description.name &&
        one.protocol === description.protocol &&
        Boolean(one.signInOnly) === Boolean(description.signInOnly) &&
        (!description.signInOnly || one.url === description.url),
    );
    return this.save({ ...description, id: old?.id ?? randomUUID() }, secrets);
  }

  /** Adds a connection, or replaces the one with its id, with all its secrets. */
  async save(connection: Connection, secrets: Secrets): Promise<Connection> {
    const kept = Object.fromEntries(Object.entries(secrets).filter(([, text]) => text));
    // The secret first: a connection without its secret would be tried and refused.
    if (Object.keys(kept).length > 0) await this.secrets.store(secretKey(connection.id), JSON.stringify(kept));
    else await this.secrets.delete(secretKey(connection.id));
    await this.state.update(KEY, [...this.all().filter((one) => one.id !== connection.id), connection]);
    // What was allowed was allowed for what it was before.
    this.writing.restore({ key: connection.id });
    this.changed.fire();
    return connection;
  }

  async remove(id: string): Promise<void> {
    await this.state.update(
      KEY,
      this.all().filter((one) => one.id !== id),
    );
    await this.secrets.delete(secretKey(id));
    this.writing.restore({ key: id });
    this.changed.fire();
  }

  /** Never log or show them. */
  async secretsOf(id: string): Promise<Secrets> {
    const stored = await this.secrets.get(secretKey(id));
    return stored === undefined ? {} : (JSON.parse(stored) as Secrets);
  }

  /**
   * What the live worker needs to connect, secrets included: never log or show it.
   * @param environment the one that counts: any certificate is taken in development only.
   */
  async connectOptions(connection: Connection, tapPrefix: string, environment?: string): Promise<ConnectOptions> {
    const { clientSecret, ...secrets } = await this.secretsOf(connection.id);
    const { url, tls, user, managementUrl, mqttVersion, saslMechanism, oauth, aws, credentialsFile } = connection;
    const { ca, cert, key } = connection;
    const files = {
      ...(ca && { ca: absolute(ca) }), ...(cert && { cert: absolute(cert) }), ...(key && { key: absolute(key) }),
    };
    return {
      url, tls, user, managementUrl, mqttVersion, saslMechanism, tapPrefix, ...secrets,
      ...(Object.keys(files).length > 0 && { tlsFiles: files }),
      ...(connection.unverified && isDevelopment(environment) && { unverified: true }),
      ...(oauth && { oauth: { ...oauth, ...(clientSecret && { clientSecret }) } }),
      ...(aws && { aws }),
      ...(credentialsFile && { credentialsFile: absolute(credentialsFile) }),
    };
  }
}

/** The broker of files that a connection is a way to. */
export function brokerOf(connection: Connection): string {
  return connection.broker ?? connection.name;
}

/** Where nobody chose, the declared environment is meant, and production only where there is nothing else. */
function rank({ environment }: Connection, declared: string | undefined): number {
  if (environment === undefined || environment === declared) return 0;
  if (isDevelopment(environment)) return 1;
  return /^prod/i.test(environment) ? 3 : 2;
}

function choiceKey(name: string, protocol: Protocol): string {
  return `${protocol} ${name}`;
}

function secretKey(id: string): string {
  return `${KEY}.${id}`;
}
