import type { FlowGraph } from '../graph/types';
import type { Place } from '../protocol/common';
import type { GraphData } from '../protocol/graph';
import type { SourceRange } from '../text/range';

/** The graph as it crosses to the panel: places instead of ranges, and only what the panel shows. */
export function graphData(graph: FlowGraph, place: (at: SourceRange) => Place): GraphData {
  return {
    nodes: graph.nodes.map(({ extents, at, ...node }) => ({ ...node, at: place(at) })),
    edges: graph.edges.map(({ extents, at, ...edge }) => ({ ...edge, at: place(at) })),
    problems: graph.problems,
  };
}
