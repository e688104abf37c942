import { own } from '../../text/own';
import { entry, get, isMap, isSeq, text, type Entry, type MapNode, type SyntaxNode } from '../../syntax/tree';
import type { Component } from './context';

/** Kinds of inputs and outputs that read or write one of our brokers. */
export const messaging: ReadonlySet<string> = new Set([
  'kafka', 'kafka_balanced', 'kafka_franz', 'redpanda', 'redpanda_common', 'redpanda_migrator', 'ockam_kafka',
  'amqp_0_9', 'mqtt', 'nats', 'nats_jetstream', 'nats_stream',
]);

/** The key of an input or output with others inside, and where those stand. */
const nested: Readonly<Record<string, readonly string[]>> = {
  broker: ['inputs', 'outputs'], sequence: ['inputs'], read_until: ['input'], batched: ['child'],
  dynamic: ['inputs', 'outputs'], retry: ['output'], drop_on: ['output'], drop_on_error: [''],
  reject_errored: [''], fallback: [''], try: [''], switch: ['cases', 'outputs'],
};

/** Configurations nest components a few levels deep; aliases could make them nest for ever. */
const maxDepth = 24;
const maxComponents = 5_000;

/** The named resources of a file: `input_resources`, `output_resources`, and the maps of old files. */
export class Resources {
  private readonly byLabel = new Map<string, MapNode>();
  /** Labels that something in the file refers to. */
  readonly used = new Set<string>();

  constructor(readonly root: SyntaxNode | undefined, side: 'input' | 'output') {
    const list = get(root, `${side}_resources`);
    for (const node of isSeq(list) ? list.items.filter(isMap) : []) {
      const label = text(get(node, 'label'));
      if (label !== undefined) this.byLabel.set(label, node);
    }
    const map = get(root, 'resources', `${side}s`);
    for (const e of isMap(map) ? map.entries : []) if (isMap(e.value)) this.byLabel.set(e.key.text, e.value);
  }

  get(label: string): MapNode | undefined {
    return this.byLabel.get(label);
  }

  get labelled(): readonly [string, MapNode][] {
    return [...this.byLabel];
  }
}

/** The inputs or outputs of messaging systems that a component comes down to. */
export function leavesOf(node: SyntaxNode | undefined, resources: Resources): Component[] {
  const found: Component[] = [];
  walk(node, resources, undefined, 0, found);
  return found;
}

function walk(
  node: SyntaxNode | undefined, resources: Resources, note: string | undefined, depth: number,
  found: Component[],
): void {
  if (!isMap(node) || depth > maxDepth || found.length > maxComponents) return;
  const kind = kindOf(node);
  if (kind === undefined) return;
  const name = kind.key.text;
  if (name === 'resource') {
    const label = text(kind.value);
    const target = label === undefined ? undefined : resources.get(label);
    if (label !== undefined) resources.used.add(label);
    walk(target, resources, note, depth + 1, found);
  } else if (messaging.has(name)) {
    const inner = name === 'ockam_kafka' ? get(kind.value, 'kafka') : kind.value;
    found.push({ entry: kind, node: inner, ...(note === undefined ? {} : { note }) });
  } else if (name === 'fallback' || name === 'try') {
    const list = isSeq(kind.value) ? kind.value.items : [];
    list.forEach((item, i) => walk(item, resources, i === 0 ? note : afterFailure, depth + 1, found));
  } else {
    for (const key of own(nested, name) ?? []) {
      const inside = key === '' ? kind.value : get(kind.value, key);
      for (const item of itemsOf(inside, name)) walk(item, resources, note, depth + 1, found);
    }
  }
}

/** Said of an output that others come before. */
export const afterFailure = 'Written only when the outputs before it fail (fallback).';

/** The components of a list, of a map by name (`dynamic`), or the one that stands there. */
function itemsOf(node: SyntaxNode | undefined, kind: string): readonly (SyntaxNode | undefined)[] {
  if (isSeq(node)) return kind === 'switch' ? node.items.map((item) => get(item, 'output')) : node.items;
  if (kind === 'dynamic' && isMap(node)) return node.entries.map((e) => e.value);
  return [node];
}

/** The entry of a component that names its kind; old files say `type` beside it. */
function kindOf(node: MapNode): Entry | undefined {
  const type = text(get(node, 'type'));
  const typed = type === undefined ? undefined : entry(node, type);
  return typed ?? node.entries.find((e) =>
    messaging.has(e.key.text) || Object.hasOwn(nested, e.key.text) || e.key.text === 'resource');
}
