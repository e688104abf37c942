import type { Place, ProblemCounts, Protocol } from './common';

/** What to draw, as it crosses from the language server to the panel. `src/graph` makes it. */
export interface GraphData {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  /** `service:checkout`, `channel:orders.placed`, `broker:events`: stable over edits. */
  readonly id: string;
  readonly kind: 'service' | 'channel' | 'broker';
  readonly label: string;
  /** Second line: `12 part. · RF 3 · OrderPlaced@2`. */
  readonly detail: string;
  readonly protocol?: Protocol;
  /** The id of the broker node that this channel belongs to. */
  readonly broker?: string;
  readonly channelKind?: 'topic' | 'exchange' | 'queue' | 'stream' | 'subject' | 'channel';
  readonly deadLetter?: boolean;
  /** Mentioned but declared nowhere. */
  readonly undeclared?: boolean;
  readonly at?: Place;
  readonly problems: ProblemCounts;
}

export interface GraphEdge {
  /** Unique and stable: `publish:checkout>orders.placed`. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: 'publish' | 'consume' | 'route' | 'dead-letter';
  /** Short: `acks=all`, `orders.#`, `group billing`. */
  readonly label: string;
  readonly at?: Place;
  readonly problems: ProblemCounts;
}

/** Laid out: all numbers in px of the drawing's own space. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export interface PlacedNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly id: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

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
