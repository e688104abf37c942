import { dotString } from './escape';
import { shapeOf, type Shape } from './shapes';
import type { DrawNode, Drawable } from './types';

/** Graphviz shapes nearest to our silhouettes. */
const shapes: Readonly<Record<Shape, string>> = {
  service: 'shape=box',
  topic: 'shape=box, style=rounded',
  exchange: 'shape=hexagon',
  queue: 'shape=box, peripheries=2',
  stream: 'shape=cylinder',
  subject: 'shape=cds',
  channel: 'shape=box, style=rounded',
  broker: 'shape=box3d',
};

/** A Graphviz digraph, brokers as clusters. */
export function graphDot(graph: Drawable): string {
  const lines = [
    'digraph tailrace {',
    '  rankdir=LR;',
    '  node [fontname="sans-serif", fontsize=11];',
    '  edge [fontname="sans-serif", fontsize=9];',
  ];
  const grouped = new Set<string>();
  let clusters = 0;
  for (const broker of graph.nodes.filter((node) => node.kind === 'broker')) {
    const members = graph.nodes.filter((node) => node.broker === broker.id);
    if (members.length === 0) continue;
    grouped.add(broker.id);
    lines.push(`  subgraph cluster_${clusters++} {`, `    label=${caption(broker, ' · ')};`);
    for (const member of members) {
      grouped.add(member.id);
      lines.push(`    ${nodeText(member)}`);
    }
    lines.push('  }');
  }
  for (const node of graph.nodes) if (!grouped.has(node.id)) lines.push(`  ${nodeText(node)}`);
  for (const edge of graph.edges) {
    const attributes = [
      ...(edge.label === '' ? [] : [`label=${dotString(edge.label)}`]),
      ...(edge.kind === 'dead-letter' ? ['style=dashed'] : []),
    ];
    const suffix = attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`;
    lines.push(`  ${dotString(edge.from)} -> ${dotString(edge.to)}${suffix};`);
  }
  return `${lines.join('\n')}\n}\n`;
}

function nodeText(node: DrawNode): string {
  const shape = shapes[shapeOf(node)];
  const dashed = node.undeclared === true;
  const style = !dashed
    ? shape
    : shape.includes('style=')
      ? shape.replace('style=rounded', 'style="rounded,dashed"')
      : `${shape}, style=dashed`;
  return `${dotString(node.id)} [label=${caption(node, '\n')}, ${style}];`;
}

function caption(node: DrawNode, separator: string): string {
  return dotString([node.label, node.detail].filter((part) => part !== '').join(separator));
}
