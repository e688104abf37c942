import {
  EVENT_ID,
  getScalarValue,
  SCALAR_STYLE,
  COLLECTION_STYLE,
  type Event,
  type ScalarEvent,
} from 'js-yaml';
import type { Entry, MapNode, ScalarNode, ScalarStyle, SeqNode, SyntaxNode, SyntaxProblem } from './tree';
import { finishEntries } from './yamlEntries';
import { resolvePlain, resolveTagged } from './yamlScalar';
import { blockScalarEnd, skipBlank } from './yamlScan';

/** Deeper nesting than this is cut, so that whoever walks a tree may do so by recursion. */
export const maxDepth = 200;
/** Aliases may bring in this many nodes over a whole text; more is an "alias bomb", which readers walk in vain. */
const maxExpansion = 20_000;

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

interface Built {
  readonly roots: (SyntaxNode | undefined)[];
  readonly problems: SyntaxProblem[];
  /** True if there is an anchor anywhere, used or not. */
  readonly anchored: boolean;
}

/** Builds our tree of js-yaml's events, which carry offsets for scalars and for collections' starts only. */
export function buildYamlTree(source: string, events: readonly Event[]): Built {
  return new Builder(source).build(events);
}

class Builder {
  private readonly roots: (SyntaxNode | undefined)[] = [];
  private readonly problems: SyntaxProblem[] = [];
  private readonly stack: Frame[] = [];
  private anchors = new Map<string, Anchored>();
  private anchored = false;
  private expanded = 0;
  /** Behind the last token that was seen: where the next one is looked for. */
  private at = 0;

  constructor(private readonly source: string) {}

  build(events: readonly Event[]): Built {
    for (const event of events) {
      switch (event.type) {
        case EVENT_ID.SCALAR:
          this.scalar(event);
          break;
        case EVENT_ID.MAPPING:
          this.open('map', event.start, event.style === COLLECTION_STYLE.FLOW, event);
          break;
        case EVENT_ID.SEQUENCE:
          this.open('seq', event.start, event.style === COLLECTION_STYLE.FLOW, event);
          break;
        case EVENT_ID.ALIAS:
          this.alias(event.anchorStart, event.anchorEnd);
          break;
        case EVENT_ID.POP:
          this.close();
          break;
        case EVENT_ID.DOCUMENT:
          this.anchors = new Map();
          this.stack.push(frame('document', this.at, false, undefined));
      }
    }
    return { roots: this.roots, problems: this.problems, anchored: this.anchored };
  }

  private open(
    kind: 'map' | 'seq',
    start: number,
    flow: boolean,
    event: { anchorStart: number; anchorEnd: number },
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
    const value =
      event.tagStart >= 0
        ? resolveTagged(text, this.source.slice(event.tagStart, event.tagEnd))
        : style === 'plain'
          ? resolvePlain(text)
          : text;
    let start = event.valueStart;
    let end = event.valueEnd;
    if (style === 'block') {
      start = skipBlank(this.source, Math.max(this.at, event.anchorEnd, event.tagEnd));
      end = blockScalarEnd(this.source, start, end);
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
      this.problem(
        start,
        nameEnd,
        open
          ? `The alias "*${name}" lies inside what it stands for; a value cannot contain itself.`
          : `No anchor "&${name}" stands before this alias.`,
      );
      this.add(undefined, 0, 0);
      return;
    }
    this.expanded += found.size;
    if (this.expanded > maxExpansion || this.stack.length + found.height > maxDepth) {
      this.problem(
        start,
        nameEnd,
        `The aliases of this file stand for too much text; "*${name}" is not followed.`,
      );
      this.add(undefined, 0, 0);
      return;
    }
    const node = found.node;
    if (node?.kind === 'scalar' && this.atKey()) this.add({ ...node, start, end: nameEnd }, 1, 0);
    else if (node?.kind === 'map') {
      this.add(
        { ...node, entries: node.entries.map((e) => ({ ...e, merged: true })) },
        found.size,
        found.height,
      );
    } else this.add(node, found.size, found.height);
  }

  private close(): void {
    const done = this.stack.pop();
    if (done === undefined || done.kind === 'document') return;
    let end = this.at;
    if (done.flow && isOpening(this.source.charCodeAt(done.start)) && !this.isPair(done)) {
      end = skipBlank(this.source, end, true) + 1;
    }
    this.at = end;
    const { start, flow } = done;
    const node: MapNode | SeqNode =
      done.kind === 'map'
        ? { kind: 'map', start, end, entries: finishEntries(done.entries, done.hasMerge, this.problems), flow }
        : { kind: 'seq', start, end, items: done.items, flow };
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
      const colon = skipBlank(this.source, this.at);
      if (this.source.charCodeAt(colon) !== 58) return;
      this.at = parent.colon = colon + 1;
    } else if (parent.kind === 'seq' && !parent.flow) {
      const dash = skipBlank(this.source, this.at);
      if (this.source.charCodeAt(dash) === 45) this.at = dash + 1;
    }
  }

  private anchorName(event: { anchorStart: number; anchorEnd: number }): string | undefined {
    if (event.anchorStart < 0) return undefined;
    this.anchored = true;
    return this.source.slice(event.anchorStart, event.anchorEnd);
  }

  private problem(start: number, end: number, message: string): void {
    this.problems.push({ code: 'syntax/yaml', start, end, message });
  }
}

function isOpening(c: number): boolean {
  return c === 123 || c === 91;
}

function frame(kind: Frame['kind'], start: number, flow: boolean, anchor: string | undefined): Frame {
  return {
    kind,
    start,
    flow,
    anchor,
    entries: [],
    items: [],
    key: undefined,
    colon: undefined,
    hasMerge: false,
    size: 0,
    height: 0,
  };
}

const styles: Readonly<Record<number, ScalarStyle>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'block',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'block',
};
