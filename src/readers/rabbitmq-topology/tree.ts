import {
  entry, get, isMap, isScalar, type Entry, type MapNode, type ScalarNode, type SyntaxNode,
} from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';

/**
 * The messaging topology operator's resources say what definitions say, in other words. This turns each into
 * the entry that definitions would have, with the places of the resource, so that one reader reads both.
 */
export interface TopologyEntry {
  readonly list: 'vhosts' | 'exchanges' | 'queues' | 'bindings' | 'policies' | 'parameters' | 'permissions'
    | 'topic_permissions';
  readonly node: MapNode;
}

type Build = (b: Builder) => TopologyEntry[];

const builds: Readonly<Record<string, Build>> = {
  Vhost: (b) => b.one('vhosts', { name: b.name() }, { default_queue_type: 'defaultQueueType' }),
  Exchange: (b) => b.one('exchanges', {
    name: b.name(), vhost: b.vhost(), arguments: b.map('arguments'), durable: b.flag('durable'),
    auto_delete: b.flag('autoDelete'),
  }, { type: 'type' }),
  // What holds where a queue says nothing of being durable changed with the operator's versions.
  Queue: (b) => b.one('queues', {
    name: b.name(), vhost: b.vhost(), arguments: b.map('arguments'), auto_delete: b.flag('autoDelete'),
  }, { type: 'type', durable: 'durable' }),
  Binding: (b) => b.one('bindings', {
    source: b.required('source'), destination: b.required('destination'), vhost: b.vhost(),
    arguments: b.map('arguments'),
    routing_key: b.known('routingKey') ?? b.made(''),
  }, { destination_type: 'destinationType' }),
  Policy: (b) => b.one('policies', {
    name: b.name(), vhost: b.vhost(), definition: b.map('definition'),
  }, { pattern: 'pattern', priority: 'priority', 'apply-to': 'applyTo' }),
  OperatorPolicy: (b) => b.one('parameters', {
    component: b.made('operator_policy'), name: b.name(), vhost: b.vhost(), value: b.value({
      definition: b.map('definition'), pattern: b.known('pattern'), priority: b.known('priority'),
      'apply-to': b.known('applyTo'),
    }),
  }, {}),
  Permission: (b) => b.one('permissions', {
    ...b.permitted(), configure: b.inner('configure'), write: b.inner('write'), read: b.inner('read'),
  }, {}),
  TopicPermission: (b) => b.one('topic_permissions', {
    ...b.permitted(), exchange: b.inner('exchange'), write: b.inner('write'), read: b.inner('read'),
  }, {}),
};

export function entriesOf(ask: Asking, resource: Resource): TopologyEntry[] {
  const build = Object.hasOwn(builds, resource.kind) ? builds[resource.kind] : undefined;
  const spec = get(resource.root, 'spec');
  return build === undefined || !isMap(spec) ? [] : build(new Builder(ask, resource, spec));
}

/** A value that an entry cannot do without. */
type Required = SyntaxNode | 'missing' | undefined;

class Builder {
  constructor(
    private readonly ask: Asking, private readonly resource: Resource, private readonly spec: MapNode,
  ) {}

  one(
    list: TopologyEntry['list'], values: Readonly<Record<string, Required>>,
    keys: Readonly<Record<string, string>>,
  ): TopologyEntry[] {
    const named = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, this.known(key)]));
    const all = { ...values, ...named };
    if (Object.values(all).includes('missing')) return [];
    const node = this.value(all as Readonly<Record<string, SyntaxNode | undefined>>);
    return [{ list, node }];
  }

  value(values: Readonly<Record<string, SyntaxNode | undefined>>): MapNode {
    const { start, end } = this.resource.root;
    const entries = Object.entries(values).flatMap(([name, value]): Entry[] =>
      (value === undefined ? []
        : [{ key: { ...this.made(name), start: value.start, end: value.start }, value, end: value.end }]));
    return { kind: 'map', flow: true, entries, start, end };
  }

  /** A value that nothing writes, at the key that would hold it. */
  made(text: string | boolean): ScalarNode {
    const { start, end } = entry(this.resource.root, 'spec')?.key ?? this.spec;
    return { kind: 'scalar', style: 'plain', value: text, text: String(text), start, end };
  }

  /** A scalar of the spec, with the defaults of its placeholders filled in; undefined if it is not known. */
  known(...path: readonly string[]): ScalarNode | undefined {
    const node = get(this.spec, ...path);
    const said = this.ask.text(node);
    if (said === undefined || !isScalar(node)) return undefined;
    return said.value === node.text ? node : { ...node, value: said.value, text: said.value };
  }

  required(...path: readonly string[]): Required {
    return this.known(...path) ?? 'missing';
  }

  /** The name in RabbitMQ; of a user or policy whose resource leaves it out, none. */
  name(): Required {
    return this.required('name');
  }

  vhost(): SyntaxNode | 'missing' {
    if (get(this.spec, 'vhost') === undefined) return this.made('/');
    return this.known('vhost') ?? 'missing';
  }

  /** What the operator sends as false where nothing is written. */
  flag(key: string): SyntaxNode | undefined {
    return get(this.spec, key) === undefined ? this.made(false) : this.known(key);
  }

  /** A map without what is not known in it. */
  map(key: string): MapNode | undefined {
    const node = get(this.spec, key);
    if (!isMap(node)) return undefined;
    const isKnown = (value: SyntaxNode | undefined): boolean => !isScalar(value) || this.ask.said(value) !== 'open';
    return { ...node, entries: node.entries.filter(({ value }) => isKnown(value)) };
  }

  inner(key: string): SyntaxNode | undefined {
    return this.known('permissions', key);
  }

  permitted(): { user: Required; vhost: SyntaxNode | 'missing' } {
    return { user: this.known('user') ?? this.required('userReference', 'name'), vhost: this.vhost() };
  }
}

/** The whole as definitions: a map of lists. */
export function definitionsOf(entries: readonly TopologyEntry[]): MapNode {
  const at = { start: 0, end: 0 };
  const lists = [...new Set(entries.map((e) => e.list))];
  return {
    kind: 'map', flow: true, ...at, entries: lists.map((list): Entry => ({
      key: { kind: 'scalar', style: 'plain', value: list, text: list, ...at }, end: 0,
      value: {
        kind: 'seq', flow: true, ...at, items: entries.filter((e) => e.list === list).map((e) => e.node),
      },
    })),
  };
}
