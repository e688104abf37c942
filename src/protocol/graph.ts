import type { Counts, DrawEdge, DrawNode, EdgeLine, Layout, NodeBox } from '../graph/types';
import type { Place } from './common';
import type { FigureSeries, FiguresView } from './figures';
import type { Change, FlowSummary, FlowView } from './guarantee';

/** What to draw, as it crosses from the language server to the panel. `src/graph` makes it. */
export interface GraphData {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Problems of the whole workspace, those on no element included. */
  readonly problems?: Counts;
  /** What each flow gives, broken promises first. */
  readonly flows?: readonly FlowSummary[];
}

export interface GraphNode extends DrawNode {
  readonly at?: Place;
}

export interface GraphEdge extends DrawEdge {
  readonly at?: Place;
}

/** Laid out: all numbers in px of the drawing's own space. */
export type GraphLayout = Layout;
export type PlacedNode = NodeBox;
export type PlacedEdge = EdgeLine;

/** Graph webview -> extension host. */
export type GraphHostFunctions = {
  ready(): void;
  /** Opens the source of a node or edge beside the panel. */
  open(id: string): void;
  tail(id: string): void;
  /** Writes a drawing of the current graph through a save dialog. */
  export(format: 'svg' | 'mermaid' | 'dot' | 'json'): void;
  /** Asks for the explanation of a flow; it comes by `explain`. */
  explain(flow: string): void;
  /** The explanation was closed. */
  explained(): void;
  /** A flow reckoned with other values than its files have; null where it is gone. Writes nothing. */
  whatIf(flow: string, changes: readonly Change[]): Promise<FlowView | null>;
  /** Writes changes into the files, after the user has seen and confirmed them. */
  apply(flow: string, changes: readonly Change[]): void;
  /** Opens the place where a setting of the flow that is explained is declared, or where its default is documented. */
  openSetting(id: string): void;
  /** Turns live figures on or off. */
  figures(on: boolean): void;
  /** An element's figures over the last samples. */
  series(id: string): Promise<readonly FigureSeries[]>;
  log(text: string): void;
};

/** Extension host -> graph webview. */
export type GraphViewFunctions = {
  update(data: GraphData): void;
  /** Lights the element that the text cursor is on; undefined for none. */
  select(id: string | undefined): void;
  /** Brings an element into view, centred, and lights it. */
  reveal(id: string): void;
  /** Explains a flow; of the one that is being explained it is newer data. */
  explain(view: FlowView): void;
  /** All live figures, as they are now. */
  figures(view: FiguresView): void;
};
