import type { TailContract } from './tail';
import type { TapTarget } from '../brokers/driver';
import type { Place, ProblemCounts, Protocol } from './common';
import type { ElementFigures } from '../graph/figures/types';
import type { GraphData } from './graph';
import type { Change } from './guarantee';

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
  /** What the flows that begin or end here give, a line each, the worst first. */
  readonly guarantees?: readonly string[];
}

/** Request: what a tail of a channel needs. Params: { id } of a channel node. Answer: TailInfo or null. */
export const tailInfoRequest = 'tailrace/tailInfo';
export interface TailInfo {
  readonly channel: string;
  readonly target: TapTarget;
  readonly protocol?: Protocol;
  readonly broker?: BrokerInfo;
  readonly contract?: TailContract;
  /** Where the contract says what messages look like. */
  readonly contractAt?: Place;
  readonly at?: Place;
}
export interface BrokerInfo {
  readonly id: string;
  readonly name: string;
  readonly protocol?: Protocol;
  /** Without user info. */
  readonly url?: string;
  /** Without a URL: variables that a file leaves it to, and that the server's environment does not have. */
  readonly unset?: readonly string[];
  readonly tls: boolean;
  readonly environment?: string;
  /** The address of its schema registry, without user info. */
  readonly registry?: string;
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

/** Request, no parameters: what each flow gives. Answer: FlowSummary[], broken promises first. */
export const guaranteesRequest = 'tailrace/guarantees';

/** Request: one flow in full, reckoned with `changes` instead of what the files say. Answer: FlowView or null. */
export const flowRequest = 'tailrace/flow';
export interface FlowParams {
  readonly id: string;
  readonly changes: readonly Change[];
}

/** Request: what changes to a flow's settings come to in the files. Params: FlowParams. Answer: FlowEdits or null. */
export const flowEditsRequest = 'tailrace/flowEdits';

/** Request: a drawing. Params: ExportParams. Answer: its text. */
export const exportRequest = 'tailrace/export';
export interface ExportParams {
  readonly format: string;
  /** Live figures that are drawn on a picture. */
  readonly figures?: readonly ElementFigures[];
}

/** Request: the reliability checklist. Params: ReportParams. Answer: its Markdown. */
export const reportRequest = 'tailrace/report';
export interface ReportParams {
  /** The folder, as a URI, of the file that the answer is written into: links start there. */
  readonly folder: string;
}

/** Notification from the server: model or problems changed; views should ask again. */
export const changedNotification = 'tailrace/changed';

/** Commands that code lenses and quick fixes name; the client implements them. Argument: a graph element id. */
export const commands = {
  tail: 'tailrace.tailChannel',
  showInGraph: 'tailrace.showInGraph',
  /** Argument: a flow's id. */
  explainFlow: 'tailrace.explainFlow',
  /** Arguments: uri, position, locations, as LSP has them; the client turns them into its own. */
  showReferences: 'tailrace.showReferences',
} as const;

/** Notification to the server: the folders are trusted now, so that git may be asked about them. */
export const trustedNotification = 'tailrace/trusted';
