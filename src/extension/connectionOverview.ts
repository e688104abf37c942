import type { Protocol } from '../protocol/common';
import type { BrokerInfo } from '../protocol/lsp';
import { brokerOf } from './connections';
import type { Connection, Connections } from './connections';
import { declaredKey } from './resolveConnection';
import { isDevelopment } from './writeLaw';

/** A broker with all ways to it: what a file declares, and what the user added. */
export interface BrokerWays {
  readonly name: string;
  readonly protocol: Protocol;
  readonly declared?: BrokerInfo;
  readonly connections: readonly Connection[];
  /** Kept passwords for addresses that files name. */
  readonly signIns: readonly Connection[];
  /** The connection in use; undefined where that is what the file says, or nothing. */
  readonly active?: Connection;
}

/** All brokers that files declare or that connections lead to, by name. */
export function overview(brokers: readonly BrokerInfo[], connections: Connections): readonly BrokerWays[] {
  const found = new Map<string, { readonly name: string; readonly protocol: Protocol; readonly declared?: BrokerInfo }>();
  const add = (name: string, protocol: Protocol, declared?: BrokerInfo): void => {
    const key = `${protocol} ${name}`;
    if (!found.has(key)) found.set(key, { name, protocol, ...(declared && { declared }) });
  };
  for (const broker of brokers) if (broker.protocol) add(broker.name, broker.protocol, broker);
  for (const connection of connections.all()) add(brokerOf(connection), connection.protocol);
  return [...found.values()]
    .map(({ name, protocol, declared }): BrokerWays => {
      const active = connections.active(declared ?? { name }, protocol);
      return {
        name, protocol,
        ...(declared && { declared }),
        connections: connections.waysTo(name, protocol, declared?.environment),
        signIns: connections.all().filter((one) => one.signInOnly && one.protocol === protocol && one.name === name),
        ...(active && !active.signInOnly && { active }),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** What holds for a connection, or for what the file says, before it is connected to. */
export interface WayState {
  /** As `Way.key`. */
  readonly key: string;
  readonly environment?: string;
  readonly mayWrite: boolean;
  /** The user has allowed it for this session. */
  readonly isLifted: boolean;
  readonly unverified: boolean;
}

/** @param isTrusted whether the files of the workspace may decide anything: then their environment counts */
export function stateOf(
  connections: Connections, { declared }: BrokerWays, connection: Connection | undefined, isTrusted: boolean,
): WayState {
  const own = connection?.environment;
  const environment = own ?? declared?.environment;
  const key = connection?.id ?? declaredKey(declared);
  const lawful = own ?? (isTrusted ? environment : undefined);
  const way = { key, ...(lawful !== undefined && { environment: lawful }) };
  return {
    key,
    ...(environment !== undefined && { environment }),
    mayWrite: connections.writing.mayWrite(way),
    isLifted: connections.writing.isLifted(way),
    unverified: connection?.unverified === true && isDevelopment(lawful),
  };
}
