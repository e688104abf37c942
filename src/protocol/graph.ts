import type { Counts, DrawEdge, DrawNode, EdgeLine, Layout, NodeBox } from '../graph/types';
import type { Place } from './common';

/** What to draw, as it crosses from the language server to the panel. `src/graph` makes it. */
export interface GraphData {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Problems of the whole workspace, those on no element included. */
  readonly problems?: Counts;
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
  log(text: string): void;
};

/** Extension host -> graph webview. */
export type GraphViewFunctions = {
  update(data: GraphData): void;
  /** Lights the element that the text cursor is on; undefined for none. */
  select(id: string | undefined): void;
  /** Brings an element into view, centred, and lights it. */
  reveal(id: string): void;
};
