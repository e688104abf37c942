import type { TapTarget } from '../brokers/driver';
import type { Place, Protocol } from '../protocol/common';
import type { BrokerInfo, TailInfo } from '../protocol/lsp';
import type { TailContract } from '../protocol/tail';
import type { Connection } from './connections';

/** What is tailed: a channel that files declare, or an address on a connection. */
export interface TailSubject {
  /** One panel for each. */
  readonly key: string;
  readonly channel: string;
  readonly target: TapTarget;
  readonly protocol?: Protocol;
  readonly brokerLabel: string;
  readonly broker?: BrokerInfo;
  /** Chosen by the user, where no file names a broker. */
  readonly connectionId?: string;
  readonly contract?: TailContract;
  /** Where the contract says what messages look like. */
  readonly contractAt?: Place;
  readonly at?: Place;
  /** Its element in the graph, where files declare it. */
  readonly elementId?: string;
}

export function subjectOfChannel(id: string, info: TailInfo, connection?: Connection): TailSubject {
  return {
    key: connection ? `${id} ${connection.id}` : id,
    channel: info.channel,
    target: info.target,
    protocol: connection?.protocol ?? info.protocol ?? info.broker?.protocol,
    brokerLabel: connection?.name ?? info.broker?.name ?? '',
    broker: connection ? undefined : info.broker,
    connectionId: connection?.id,
    contract: info.contract,
    contractAt: info.contractAt,
    at: info.at,
    elementId: id,
  };
}

export function subjectOnConnection(connection: Connection, target: TapTarget): TailSubject {
  return {
    key: `${connection.id} ${target.kind} ${target.address}`,
    channel: target.address,
    target,
    protocol: connection.protocol,
    brokerLabel: connection.name,
    connectionId: connection.id,
  };
}
