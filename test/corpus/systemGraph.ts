import type { FlowModel } from '../../src/model/model';

/** What is compared: lines of nodes and edges as `systems/README.md` describes them. */
export interface SystemGraph {
  readonly brokers: readonly SystemBroker[];
  /** Channels and services; a line that stands twice is two nodes. */
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
}

export interface SystemBroker {
  /** What to call it in a report: a broker's name is not compared. */
  readonly name: string;
  readonly protocol: string;
  /** The lines of its channels. */
  readonly channels: readonly string[];
}

export interface Floor {
  readonly precision: number;
  readonly recall: number;
}

export interface Expectation extends SystemGraph {
  readonly system: string;
  readonly floors: { readonly nodes: Floor; readonly edges: Floor };
  /** Lines that count neither when they are there nor when they are not. */
  readonly maybe: ReadonlySet<string>;
  /** Other names that do as well, to the name that the lines use. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** @throws Error naming a line of none of the forms in `systems/README.md`, or an end that no line gives. */
export function parseExpectation(text: string): Expectation {
  let system = '';
  const floors = { nodes: { precision: 0, recall: 0 }, edges: { precision: 0, recall: 0 } };
  const brokers: { name: string; protocol: string; channels: string[] }[] = [];
  const nodes: string[] = [];
  const edges: string[] = [];
  const maybe = new Set<string>();
  const aliases = new Map<string, string>();
  const ends = new Set<string>();
  for (const written of text.split('\n')) {
    const line = written.trim();
    if (line === '' || line.startsWith('#')) continue;
    const perhaps = line.startsWith('maybe ');
    const [kind = '', ...words] = (perhaps ? line.slice('maybe '.length) : line).split(' ');
    const rest = words.join(' ');
    const take = (list: string[], entry: string): void => {
      if (perhaps) maybe.add(entry);
      else list.push(entry);
    };
    if (kind === 'system') system = rest;
    else if (kind === 'floor' && (words[0] === 'nodes' || words[0] === 'edges')) {
      floors[words[0]] = { precision: Number(words[1]), recall: Number(words[2]) };
    } else if (kind === 'broker') {
      brokers.push({ name: `broker ${brokers.length + 1}`, protocol: rest, channels: [] });
    } else if (kind === 'channel') {
      take(nodes, `channel ${rest}`);
      if (!perhaps) brokers.at(-1)?.channels.push(`channel ${rest}`);
      ends.add(words.slice(words[1] === 'exchange' || words[1] === 'queue' ? 2 : 1).join(' '));
    } else if (kind === 'service') {
      const [name = '', ...others] = rest.split(' | ');
      take(nodes, `service ${name}`);
      for (const other of others) aliases.set(other, name);
      ends.add(name);
    } else if (kind === 'publish' || kind === 'consume' || kind === 'route') {
      const both = kind === 'route' ? words.slice(0, -1).join(' ') : rest;
      const loose = both.split(' -> ').find((end) => !ends.has(end));
      if (loose !== undefined) throw new Error(`"${line}": nothing above is "${loose}"`);
      take(edges, `${kind} ${rest}`);
    } else throw new Error(`"${line}" is no line of an expectation`);
  }
  if (system === '') throw new Error('No line says which system it is');
  return { system, floors, brokers, nodes, edges, maybe, aliases };
}

/** The model's side. Several declarations between the same two ends are one edge, as in the drawn graph. */
export function systemGraph(model: FlowModel, aliases: ReadonlyMap<string, string>): SystemGraph {
  const called = (name: string): string => aliases.get(name) ?? name;
  const edges = new Map<string, string>();
  for (const { service: { name }, channel } of model.publishes) {
    if (channel === undefined) continue;
    edges.set(`publish ${name} ${channel.id}`, `publish ${called(name)} -> ${channel.address}`);
  }
  for (const { service: { name }, channel } of model.consumes) {
    if (channel === undefined) continue;
    edges.set(`consume ${channel.id} ${name}`, `consume ${channel.address} -> ${called(name)}`);
  }
  for (const { kind, from, to } of model.routes) {
    edges.set(`route ${kind} ${from.id} ${to.id}`, `route ${from.address} -> ${to.address} ${kind}`);
  }
  const lineOf = (channel: FlowModel['channels'][number]): string => {
    const protocol = channel.protocol ?? channel.broker?.protocol ?? 'unknown';
    return ['channel', protocol, ...(channel.space ? [channel.space] : []), channel.address].join(' ');
  };
  return {
    brokers: model.brokers.map((broker) => ({
      name: broker.id, protocol: broker.protocol ?? 'unknown', channels: broker.channels.map(lineOf),
    })),
    nodes: [...model.channels.map(lineOf), ...model.services.map((s) => `service ${called(s.name)}`)],
    edges: [...edges.values()],
  };
}
