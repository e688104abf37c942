import type { ChannelKind } from '../model/model';
import type { Protocol } from '../model/settings';
import type { SourceRange } from '../text/range';

/** How many problems of each severity an element has. */
export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

/** One line of what the sources say of an element, for the details pane: `partitions`, `12`. */
export interface DrawFact {
  readonly name: string;
  readonly value: string;
}

/** A problem as the details pane shows it. */
export interface DrawProblem {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
}

/** A node without its place: all that layout and drawing need. */
export interface DrawNode {
  /** `service:checkout`, `channel:orders.placed`, `broker:events`: stable over edits. */
  readonly id: string;
  readonly kind: 'service' | 'channel' | 'broker';
  readonly label: string;
  /** Second line: `12 part. · RF 3 · OrderPlaced@2`. */
  readonly detail: string;
  readonly protocol?: Protocol;
  /** The id of the broker node that this channel belongs to. */
  readonly broker?: string;
  readonly channelKind?: ChannelKind;
  readonly deadLetter?: boolean;
  /** Mentioned but declared nowhere. */
  readonly undeclared?: boolean;
  readonly problems: Counts;
  readonly facts?: readonly DrawFact[];
  /** The first problems, worst first; `problems` counts all. */
  readonly problemList?: readonly DrawProblem[];
}

/** An edge without its place. */
export interface DrawEdge {
  /** Unique and stable: `publish:checkout>orders.placed`. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: 'publish' | 'consume' | 'route' | 'dead-letter';
  /** Short: `acks=all`, `orders.#`, `group billing`. */
  readonly label: string;
  /** Set where no file says it outright, and it was concluded. */
  readonly inferred?: true;
  readonly problems: Counts;
  readonly facts?: readonly DrawFact[];
  readonly problemList?: readonly DrawProblem[];
}

/** What to draw, not where. Protocol's `GraphData` fits it, and so does `FlowGraph`. */
export interface Drawable {
  readonly nodes: readonly DrawNode[];
  readonly edges: readonly DrawEdge[];
}

/** The places of an element in the sources. */
export interface Placed {
  /** Where a click leads: the name as written. */
  readonly at: SourceRange;
  /** Every declaration that makes the element: what a cursor or a problem must lie in to be "on" it. */
  readonly extents: readonly SourceRange[];
}

export interface FlowNode extends DrawNode, Placed {}
export interface FlowEdge extends DrawEdge, Placed {}

/** The graph of a model, in the model's places. Nodes and edges are sorted by id. */
export interface FlowGraph extends Drawable {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  /** Problems of the whole workspace, those on no element included. */
  readonly problems: Counts;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A node's box, in px of the drawing's own space. */
export interface NodeBox extends Box {
  readonly id: string;
}

export interface EdgeLine {
  readonly id: string;
  readonly points: readonly Point[];
  /** Where the edge's label stands; absent for an edge without a label, or one drawn without. */
  readonly label?: Box;
}

/** Which way messages run in a drawing. */
export type Flow = 'right' | 'down';

/** Laid out: all numbers in px of the drawing's own space, from its left upper corner. */
export interface Layout {
  /** Absent: to the right. */
  readonly flow?: Flow;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly NodeBox[];
  readonly edges: readonly EdgeLine[];
}

export const noProblems: Counts = { errors: 0, warnings: 0, infos: 0 };

/** Adds counts up. */
export function sumCounts(all: Iterable<Counts>): Counts {
  let errors = 0;
  let warnings = 0;
  let infos = 0;
  for (const c of all) {
    errors += c.errors;
    warnings += c.warnings;
    infos += c.infos;
  }
  return { errors, warnings, infos };
}
