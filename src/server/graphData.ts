import type { FlowGraph } from '../graph/types';
import type { FlowGuarantee } from '../delivery/guarantee';
import type { Place } from '../protocol/common';
import type { GraphData } from '../protocol/graph';
import type { SourceRange } from '../text/range';
import { flowSummaries } from './flowData';

/** Flows multiply with each channel on the way; of more than these nobody looks at the last ones, and the worst come first. */
const maxFlows = 2000;

/** The graph as it crosses to the panel: places instead of ranges, and only what the panel shows. */
export function graphData(
  graph: FlowGraph,
  guarantees: readonly FlowGuarantee[],
  place: (at: SourceRange) => Place,
): GraphData {
  return {
    nodes: graph.nodes.map(({ extents, at, ...node }) => ({ ...node, at: place(at) })),
    edges: graph.edges.map(({ extents, at, ...edge }) => ({ ...edge, at: place(at) })),
    problems: graph.problems,
    flows: flowSummaries(guarantees).slice(0, maxFlows),
  };
}
