import type { TailFilter } from '../../src/protocol/tail';

/**
 * Colours text by the Custom Highlight API: a payload stays one text node, whatever it contains,
 * and no element is made for a coloured word.
 */

/** In one text node; the rest of a huge one stays plain. */
const MOST_PER_NODE = 100;

/** Marks under a name every place in the given text nodes that a filter's text means. */
export function highlightMatches(name: string, nodes: Iterable<Node | null>, filter: TailFilter): void {
  const pattern = patternOf(filter);
  if (!pattern) {
    CSS.highlights.delete(name);
    return;
  }
  const ranges: AbstractRange[] = [];
  for (const node of nodes) {
    if (!node) continue;
    let found = 0;
    for (const match of (node.textContent ?? '').matchAll(pattern)) {
      if (match[0] === '') continue;
      ranges.push(new StaticRange({ startContainer: node, startOffset: match.index, endContainer: node, endOffset: match.index + match[0].length }));
      if (++found === MOST_PER_NODE) break;
    }
  }
  CSS.highlights.set(name, new Highlight(...ranges));
}

/** What a filter looks for. Regular expressions are left to the worker, which can be stopped: here one could not. */
function patternOf({ text, matchCase, regex }: TailFilter): RegExp | undefined {
  const wanted = text?.trim();
  if (!wanted || (regex && !/^[\w\s"':,.@/-]*$/.test(wanted))) return undefined;
  return new RegExp(regex ? wanted : wanted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), matchCase ? 'gu' : 'giu');
}
