import { EVENT_ID, getScalarValue, SCALAR_STYLE, COLLECTION_STYLE, type Event, type ScalarEvent } from 'js-yaml';
import type { Entry, MapNode, ScalarNode, ScalarStyle, SeqNode, SyntaxNode, SyntaxProblem } from './tree';
import { resolvePlain, resolveTagged } from './yamlScalar';

/** Deeper nesting than this is cut, so that whoever walks a tree may do so by recursion. */
export const maxDepth = 200;
/** Aliases may bring in this many nodes over a whole text; more is an "alias bomb". */
const maxExpansion = 100_000;

interface Anchored {
  readonly node: SyntaxNode | undefined;
  readonly size: number;
  readonly height: number;
}

interface Frame {
  readonly kind: 'document' | 'map' | 'seq';
  start: number;
  readonly flow: boolean;
  readonly anchor: string | undefined;
  readonly entries: Entry[];
  readonly items: (SyntaxNode | undefined)[];
  key: ScalarNode | undefined;
  colon: number | undefined;
  hasMerge: boolean;
  /** Nodes below, and levels below: what an alias to this one would add. */
  size: number;
  height: number;
}

/** Builds our tree of js-yaml's events, which carry offsets for scalars and for collections' starts only. */
export function buildYamlTree(
  source: string,
  events: readonly Event[],
): { roots: (SyntaxNode | undefined)[]; problems: SyntaxProblem[] } {
  return new Builder(source).build(events);
}

class Builder {
  private readonly roots: (SyntaxNode | undefined)[] = [];
  private readonly problems: SyntaxProblem[] = [];
  private readonly stack: Frame[] = [];
  private anchors = new Map<string, Anchored>();
  private expanded = 0;
  /** Behind the last token that was seen: where the next one is looked for. */
  private at = 0;

  constructor(private readonly source: string) {}

  build(events: readonly Event[]): { roots: (SyntaxNode | undefined)[]; problems: SyntaxProblem[] } {
    for (const event of events) {
      switch (event.type) {
        case EVENT_ID.SCALAR: this.scalar(event); break;
        case EVENT_ID.MAPPING: this.open('map', event.start, event.style === COLLECTION_STYLE.FLOW, event); break;
        case EVENT_ID.SEQUENCE: this.open('seq', event.start, event.style === COLLECTION_STYLE.FLOW, event); break;
        case EVENT_ID.ALIAS: this.alias(event.anchorStart, event.anchorEnd); break;
        case EVENT_ID.POP: this.close(); break;
        case EVENT_ID.DOCUMENT:
          this.anchors = new Map();
          this.stack.push(frame('document', this.at, false, undefined));
      }
    }
    return { roots: this.roots, problems: this.problems };
  }

  private open(
    kind: 'map' | 'seq', start: number, flow: boolean, event: { anchorStart: number; anchorEnd: number },
  ): void {
    this.seekValue();
    this.stack.push(frame(kind, start, flow, this.anchorName(event)));
    this.at = flow && isOpening(this.source.charCodeAt(start)) ? start + 1 : start;
  }

  private scalar(event: ScalarEvent): void {
    this.seekValue();
    const anchor = this.anchorName(event);
    if (event.valueStart < 0) {
      this.at = Math.max(this.at, event.anchorEnd, event.tagEnd);
      if (anchor !== undefined) this.anchors.set(anchor, { node: undefined, size: 0, height: 0 });
      this.add(undefined, 0, 0);
      return;
    }
    const text = getScalarValue(this.source, event);
    const style = styles[event.style] ?? 'plain';
    const value = event.tagStart >= 0
      ? resolveTagged(text, this.source.slice(event.tagStart, event.tagEnd))
      : style === 'plain' ? resolvePlain(text) : text;
    let start = event.valueStart;
    let end = event.valueEnd;
    if (style === 'block') {
      start = this.skip(Math.max(this.at, event.anchorEnd, event.tagEnd));
      end = this.blockEnd(start, end);
    } else if (style !== 'plain') {
      start--;
      end++;
    }
    this.at = end;
    const node: ScalarNode = { kind: 'scalar', start, end, value, text, style };
    if (anchor !== undefined) this.anchors.set(anchor, { node, size: 1, height: 0 });
    this.add(node, 1, 0);
  }

  private alias(nameStart: number, nameEnd: number): void {
    this.seekValue();
    const start = nameStart - 1;
    this.at = nameEnd;
    const name = this.source.slice(nameStart, nameEnd);
    const found = this.anchors.get(name);
    if (found === undefined) {
      const open = this.stack.some((f) => f.anchor === name);
      this.problem(start, nameEnd, open
        ? `The alias "*${name}" lies inside what it stands for; a value cannot contain itself.`
        : `No anchor "&${name}" stands before this alias.`);
      this.add(undefined, 0, 0);
      return;
    }
    this.expanded += found.size;
    if (this.expanded > maxExpansion || this.stack.length + found.height > maxDepth) {
      this.problem(start, nameEnd, `The aliases of this file stand for too much text; "*${name}" is not followed.`);
      this.add(undefined, 0, 0);
      return;
    }
    const node = found.node;
    if (node?.kind === 'scalar' && this.atKey()) this.add({ ...node, start, end: nameEnd }, 1, 0);
    else if (node?.kind === 'map') {
      this.add({ ...node, entries: node.entries.map((e) => ({ ...e, merged: true })) }, found.size, found.height);
    } else this.add(node, found.size, found.height);
  }

  private close(): void {
    const done = this.stack.pop();
    if (done === undefined || done.kind === 'document') return;
    let end = this.at;
    if (done.flow && isOpening(this.source.charCodeAt(done.start)) && !this.isPair(done)) {
      end = this.skip(end, true) + 1;
    }
    this.at = end;
    const node: MapNode | SeqNode = done.kind === 'map'
      ? { kind: 'map', start: done.start, end, entries: this.finish(done), flow: done.flow }
      : { kind: 'seq', start: done.start, end, items: done.items, flow: done.flow };
    if (done.anchor !== undefined) {
      this.anchors.set(done.anchor, { node, size: done.size + 1, height: done.height + 1 });
    }
    this.add(node, done.size + 1, done.height + 1);
  }

  /** `[{ a: 1 }: b]`: a map without braces of its own whose first key happens to begin with one. */
  private isPair(done: Frame): boolean {
    const first = done.entries[0]?.key;
    return first !== undefined && first.start === done.start;
  }

  /** Hands a finished node to the collection it lies in. */
  private add(node: SyntaxNode | undefined, size: number, height: number): void {
    const parent = this.stack[this.stack.length - 1];
    if (parent === undefined) return;
    parent.size += size;
    if (height > parent.height) parent.height = height;
    if (parent.kind === 'document') this.roots.push(node);
    else if (parent.kind === 'seq') parent.items.push(node);
    else if (parent.key === undefined) {
      parent.key = this.asKey(node);
      if (parent.entries.length === 0 && !(parent.flow && this.source[parent.start] === '{')) {
        parent.start = parent.key.start;
      }
    } else {
      if (parent.key.text === '<<' && parent.key.style === 'plain') parent.hasMerge = true;
      parent.entries.push({ key: parent.key, value: node, colon: parent.colon, end: this.at });
      parent.key = undefined;
      parent.colon = undefined;
    }
  }

  private asKey(node: SyntaxNode | undefined): ScalarNode {
    if (node?.kind === 'scalar') return node;
    const start = node?.start ?? this.at;
    const end = node?.end ?? this.at;
    const text = this.source.slice(start, end);
    return { kind: 'scalar', start, end, value: text, text, style: 'plain' };
  }

  private atKey(): boolean {
    const parent = this.stack[this.stack.length - 1];
    return parent?.kind === 'map' && parent.key === undefined;
  }

  /** Moves behind the sign that announces the next value: a key's colon or a list's dash. */
  private seekValue(): void {
    const parent = this.stack[this.stack.length - 1];
    if (parent === undefined) return;
    if (parent.kind === 'map' && parent.key !== undefined) {
      const colon = this.skip(this.at);
      if (this.source.charCodeAt(colon) !== 58) return;
      this.at = parent.colon = colon + 1;
    } else if (parent.kind === 'seq' && !parent.flow) {
      const dash = this.skip(this.at);
      if (this.source.charCodeAt(dash) === 45) this.at = dash + 1;
    }
  }

  /** The first offset from `at` on that is neither blank nor comment (nor, with `commas`, a comma). */
  private skip(at: number, commas = false): number {
    for (let i = at; ; i++) {
      const c = this.source.charCodeAt(i);
      if (c === 32 || c === 10 || c === 13 || c === 9 || (commas && c === 44)) continue;
      if (c !== 35) return i;
      while (i + 1 < this.source.length && this.source[i + 1] !== '\n' && this.source[i + 1] !== '\r') i++;
    }
  }

  /** A block scalar ends behind its last line with content, or behind its header if it has none. */
  private blockEnd(start: number, valueEnd: number): number {
    let end = valueEnd;
    while (end > start + 1 && /\s/.test(this.source[end - 1] ?? '')) end--;
    const header = /^[|>][-+0-9]*/.exec(this.source.slice(start, start + 4))?.[0].length ?? 1;
    return /[\n\r]/.test(this.source.slice(start, end)) ? end : start + header;
  }

  private anchorName(event: { anchorStart: number; anchorEnd: number }): string | undefined {
    return event.anchorStart < 0 ? undefined : this.source.slice(event.anchorStart, event.anchorEnd);
  }

  /** Reports duplicate keys and expands merges behind the map's own keys. */
  private finish(done: Frame): readonly Entry[] {
    const seen = new Set<string>();
    for (const { key } of done.entries) {
      if (!seen.has(key.text)) seen.add(key.text);
      else if (key.text !== '<<') {
        this.problems.push({
          code: 'syntax/duplicate-key', start: key.start, end: key.end,
          message: `The key "${key.text}" stands twice in this map; only the last one counts. Remove one of them.`,
        });
      }
    }
    if (!done.hasMerge) return done.entries;
    const own = done.entries.filter((e) => !isMerge(e));
    for (const merge of done.entries.filter(isMerge)) {
      const sources = merge.value?.kind === 'seq' ? merge.value.items : [merge.value];
      for (const from of sources) {
        if (from?.kind !== 'map') continue;
        // The merged maps are aliases mostly, whose size was counted there.
        for (const e of from.entries) {
          if (seen.has(e.key.text)) continue;
          seen.add(e.key.text);
          own.push({ ...e, merged: true });
        }
      }
    }
    return own;
  }

  private problem(start: number, end: number, message: string): void {
    this.problems.push({ code: 'syntax/yaml', start, end, message });
  }
}

function isMerge(e: Entry): boolean {
  if (e.key.text !== '<<' || e.key.style !== 'plain') return false;
  return e.value?.kind === 'map' || (e.value?.kind === 'seq' && e.value.items.every((i) => i?.kind === 'map'));
}

function isOpening(c: number): boolean {
  return c === 123 || c === 91;
}

function frame(kind: Frame['kind'], start: number, flow: boolean, anchor: string | undefined): Frame {
  return {
    kind, start, flow, anchor, entries: [], items: [], key: undefined, colon: undefined, hasMerge: false, size: 0, height: 0,
  };
}

const styles: Readonly<Record<number, ScalarStyle>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'block',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'block',
};
