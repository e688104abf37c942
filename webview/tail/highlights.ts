import { jsonTokens } from './jsonTokens';

/**
 * Colours text by the Custom Highlight API: a payload stays one text node, whatever it contains,
 * and no element is made for a coloured word.
 */

const MAX_JSON_TOKENS = 20_000;
const KINDS = ['key', 'string', 'number', 'word'] as const;

/** Marks every place where `filter` occurs in the given text nodes, ignoring case. */
export function highlightMatches(nodes: Iterable<Node | null>, filter: string): void {
  const wanted = filter.trim().toLowerCase();
  if (!wanted) {
    CSS.highlights.delete('tail-match');
    return;
  }
  const ranges: AbstractRange[] = [];
  for (const node of nodes) {
    const text = node?.textContent?.toLowerCase() ?? '';
    for (let at = text.indexOf(wanted); node && at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      // Lower case may be longer than the text it came from (İ): such a hit is left unmarked.
      if (at + wanted.length > (node.textContent?.length ?? 0)) break;
      ranges.push(rangeIn(node, at, at + wanted.length));
    }
  }
  CSS.highlights.set('tail-match', new Highlight(...ranges));
}

/** Colours a pretty-printed JSON text; undefined removes all colours. */
export function highlightJson(node: Node | undefined): void {
  const json = node?.textContent ?? '';
  const tokens = node ? jsonTokens(json, MAX_JSON_TOKENS) : [];
  for (const kind of KINDS) {
    const ranges = node
      ? tokens.filter((t) => t.kind === kind).map((t) => rangeIn(node, t.start, t.end))
      : [];
    CSS.highlights.set(`json-${kind}`, new Highlight(...ranges));
  }
}

function rangeIn(node: Node, start: number, end: number): AbstractRange {
  return new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end });
}
