import type { TailContract } from './tail';
import type { TapTarget } from '../brokers/driver';
import type { Place, ProblemCounts, Protocol } from './common';
import type { GraphData } from './graph';

/** Custom messages between the language client and the server. Names are LSP method names. */

/** Request, no parameters: the graph of the whole workspace. Answer: GraphData. */
export const graphRequest = 'tailrace/graph';
export type GraphAnswer = GraphData;

/** Request: which graph elements lie under a cursor. Answer: an id or null. */
export const elementAtRequest = 'tailrace/elementAt';
export interface ElementAtParams {
  readonly uri: string;
  readonly line: number;
  readonly character: number;
}

/** Request, no parameters: the side view's content. Answer: TreeBroker[]. */
export const treeRequest = 'tailrace/tree';
export interface TreeBroker {
  /** `broker:events`, or `broker:` for channels whose broker no file names. */
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly protocol?: Protocol;
  readonly at?: Place;
  readonly problems: ProblemCounts;
  readonly channels: readonly TreeChannel[];
}
export interface TreeChannel {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly protocol?: Protocol;
  readonly kind: TapTarget['kind'];
  readonly at?: Place;
  readonly problems: ProblemCounts;
  readonly services: readonly TreeService[];
}
export interface TreeService {
  readonly id: string;
  readonly label: string;
  readonly role: 'publishes' | 'consumes';
  readonly at?: Place;
}

/** Request: what a tail of a channel needs. Params: { id } of a channel node. Answer: TailInfo or null. */
export const tailInfoRequest = 'tailrace/tailInfo';
export interface TailInfo {
  readonly channel: string;
  readonly target: TapTarget;
  readonly protocol?: Protocol;
  readonly broker?: BrokerInfo;
  readonly contract?: TailContract;
  readonly at?: Place;
}
export interface BrokerInfo {
  readonly id: string;
  readonly name: string;
  readonly protocol?: Protocol;
  /** Without user info. */
  readonly url?: string;
  readonly tls: boolean;
  readonly environment?: string;
  readonly at?: Place;
}

/** Request, no parameters: all brokers that any file declares. Answer: BrokerInfo[]. */
export const brokersRequest = 'tailrace/brokers';

/**
 * Request: user and password that a broker's URL holds here and now, mostly from the environment.
 * Params: { id, key }, the key an `Opener`'s. Answer: a `Sealed` BrokerCredentials, or null for none.
 * Asked only to connect, in a trusted workspace; never for a view.
 */
export const brokerCredentialsRequest = 'tailrace/brokerCredentials';
export interface BrokerCredentials {
  /** The address that they are for, without user info: they may go to no other. */
  readonly url: string;
  readonly user: string;
  readonly password?: string;
}

/** Request: a drawing. Params: { format }. Answer: its text. */
export const exportRequest = 'tailrace/export';

/** Notification from the server: model or problems changed; views should ask again. */
export const changedNotification = 'tailrace/changed';

/** Commands that code lenses and quick fixes name; the client implements them. Argument: a graph element id. */
export const commands = {
  tail: 'tailrace.tailChannel',
  showInGraph: 'tailrace.showInGraph',
  /** Arguments: uri, position, locations, as LSP has them; the client turns them into its own. */
  showReferences: 'tailrace.showReferences',
} as const;
