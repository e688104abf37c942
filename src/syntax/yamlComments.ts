import type { Comment, SyntaxNode } from './tree';

/**
 * The comments of a YAML text. A `#` begins one at the start of a line or behind a blank, but not
 * inside a quoted or block scalar, which is why the tree is needed.
 */
export function yamlComments(text: string, roots: readonly (SyntaxNode | undefined)[]): Comment[] {
  if (!text.includes('#')) return [];
  const spans = scalarSpans(text, roots);
  const comments: Comment[] = [];
  let next = 0;
  for (let at = text.indexOf('#'); at >= 0; at = text.indexOf('#', at + 1)) {
    if (at > 0 && !/\s/.test(text[at - 1] ?? '')) continue;
    while (next < spans.length && (spans[next]?.end ?? 0) <= at) next++;
    if ((spans[next]?.start ?? Infinity) <= at) continue;
    const end = endOfLine(text, at);
    comments.push({ start: at, end, text: text.slice(at, end).replace(/^#+/, '').trim() });
    at = end;
  }
  return comments;
}

/** The stretches of quoted and block scalars, sorted, without their block headers (`| # comment`). */
function scalarSpans(
  text: string,
  roots: readonly (SyntaxNode | undefined)[],
): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  const seen = new Set<SyntaxNode>();
  const visit = (node: SyntaxNode | undefined): void => {
    if (node === undefined || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'scalar') {
      const start = node.style === 'block' ? endOfLine(text, node.start) : node.start;
      if (node.style !== 'plain' && start < node.end) spans.push({ start, end: node.end });
    } else if (node.kind === 'seq') node.items.forEach(visit);
    else {
      for (const e of node.entries) {
        visit(e.key);
        visit(e.value);
      }
    }
  };
  roots.forEach(visit);
  return spans.sort((a, b) => a.start - b.start);
}

function endOfLine(text: string, at: number): number {
  let end = at;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
  return end;
}
