import type { SourceRange } from '../text/range';
import type { FlowGraph } from './types';

/** A place as `--format json` writes it: lines and columns from 1, the path relative to the current folder. */
export interface JsonPlace {
  readonly file: string;
  readonly range: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
}

/**
 * The graph as `tailrace graph --format json` prints it, with a line break at its end. All keys are
 * always there; `protocol` and `broker` are null where nothing says them. `broker` is the broker's
 * name, whose node is `broker:NAME`.
 * @param place turns a range into a place; it alone knows texts and paths.
 */
export function graphJson(graph: FlowGraph, place: (at: SourceRange) => JsonPlace): string {
  const nodes = graph.nodes.map((node) => ({
    id: node.id,
    kind: node.kind,
    label: node.label,
    protocol: node.protocol ?? null,
    broker: node.broker?.slice('broker:'.length) ?? null,
    at: place(node.at),
  }));
  const edges = graph.edges.map(({ from, to, kind, at }) => ({ from, to, kind, at: place(at) }));
  return `${JSON.stringify({ version: 1, nodes, edges }, undefined, 2)}\n`;
}
