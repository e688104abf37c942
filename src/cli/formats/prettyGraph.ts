import type { FlowEdge, FlowGraph, FlowNode } from '../../graph/types';

/**
 * The graph as lines for a terminal: brokers, their channels, and below each channel who publishes
 * (`<-`), who consumes (`->`), and where messages go on to (`=>`, dead letters `~>`).
 */
export function writePrettyGraph(graph: FlowGraph): string {
  const brokers = graph.nodes.filter((n) => n.kind === 'broker');
  const channels = graph.nodes.filter((n) => n.kind === 'channel');
  const known = new Set(brokers.map((b) => b.id));
  const blocks = brokers.map((broker) => [
    `${broker.label}${detail(broker)}`,
    ...channels.filter((c) => c.broker === broker.id).flatMap((c) => channelLines(c, graph)),
  ]);
  const outside = channels.filter((c) => c.broker === undefined || !known.has(c.broker));
  if (outside.length > 0) blocks.push(['(broker not named)', ...outside.flatMap((c) => channelLines(c, graph))]);
  const idle = graph.nodes.filter((n) => n.kind === 'service' && !graph.edges.some((e) => e.from === n.id || e.to === n.id));
  if (idle.length > 0) blocks.push(['(services without a channel)', ...idle.map((s) => `  ${s.label}${detail(s)}`)]);
  if (blocks.length === 0) return 'No flows found: no file here declares a channel, a service or a broker.\n';
  return blocks.map((lines) => lines.join('\n')).join('\n\n') + '\n';
}

function channelLines(channel: FlowNode, graph: FlowGraph): string[] {
  const label = (id: string): string => graph.nodes.find((n) => n.id === id)?.label ?? id;
  const line = (sign: string, other: string, edge: FlowEdge): string =>
    `    ${sign} ${label(other)}${edge.label === '' ? '' : `  (${edge.label})`}`;
  return [
    `  ${channel.label}${detail(channel)}`,
    ...graph.edges.filter((e) => e.kind === 'publish' && e.to === channel.id).map((e) => line('<-', e.from, e)),
    ...graph.edges.filter((e) => e.kind === 'consume' && e.from === channel.id).map((e) => line('->', e.to, e)),
    ...graph.edges.filter((e) => e.kind === 'route' && e.from === channel.id).map((e) => line('=>', e.to, e)),
    ...graph.edges.filter((e) => e.kind === 'dead-letter' && e.from === channel.id).map((e) => line('~>', e.to, e)),
  ];
}

function detail(node: FlowNode): string {
  return node.detail === '' ? '' : `  ${node.detail}`;
}
