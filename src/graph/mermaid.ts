import { mermaidText } from './escape';
import { shapeOf, type Shape } from './shapes';
import type { DrawEdge, DrawNode, Drawable } from './types';

/** How Mermaid opens and closes each silhouette. */
const brackets: Readonly<Record<Shape, readonly [string, string]>> = {
  service: ['[', ']'],
  topic: ['([', '])'],
  exchange: ['{{', '}}'],
  queue: ['[[', ']]'],
  stream: ['[(', ')]'],
  subject: ['>', ']'],
  channel: ['(', ')'],
  broker: ['[', ']'],
};

/** A Mermaid flowchart. Nodes are numbered, since names may hold anything, `end` and `graph` included. */
export function graphMermaid(graph: Drawable): string {
  const ids = new Map(graph.nodes.map((node, index) => [node.id, `n${index}`]));
  const brokers = new Set(graph.nodes.filter((node) => node.kind === 'broker').map((node) => node.id));
  const inside = (node: DrawNode): boolean => node.broker !== undefined && brokers.has(node.broker);
  const lines = ['flowchart LR'];

  for (const broker of graph.nodes.filter((node) => node.kind === 'broker')) {
    const members = graph.nodes.filter((node) => node.broker === broker.id);
    if (members.length === 0) {
      lines.push(`  ${nodeText(broker, ids)}`);
      continue;
    }
    lines.push(`  subgraph ${ids.get(broker.id)}["${captionOf(broker, ' · ')}"]`);
    for (const member of members) lines.push(`    ${nodeText(member, ids)}`);
    lines.push('  end');
  }
  for (const node of graph.nodes) {
    if (node.kind !== 'broker' && !inside(node)) lines.push(`  ${nodeText(node, ids)}`);
  }
  for (const edge of graph.edges) {
    const from = ids.get(edge.from);
    const to = ids.get(edge.to);
    if (from !== undefined && to !== undefined) lines.push(`  ${from} ${arrow(edge)} ${to}`);
  }
  const undeclared = graph.nodes.filter((node) => node.undeclared).map((node) => ids.get(node.id));
  if (undeclared.length > 0) {
    lines.push('  classDef undeclared stroke-dasharray: 4 3', `  class ${undeclared.join(',')} undeclared`);
  }
  return `${lines.join('\n')}\n`;
}

function nodeText(node: DrawNode, ids: ReadonlyMap<string, string>): string {
  const [open, close] = brackets[shapeOf(node)];
  return `${ids.get(node.id)}${open}"${captionOf(node, '<br/>')}"${close}`;
}

function captionOf(node: DrawNode, separator: string): string {
  return [node.label, node.detail]
    .filter((part) => part !== '')
    .map(mermaidText)
    .join(separator);
}

function arrow(edge: DrawEdge): string {
  const line = edge.kind === 'dead-letter' ? '-.->' : '-->';
  return edge.label === '' ? line : `${line}|"${mermaidText(edge.label)}"|`;
}
