import { compareRanges, type SourceRange, type Sourced } from '../text/range';
import type { FileFacts } from './build';
import type { Fact } from './facts';
import type { BrokerTable } from './joinBrokers';
import type { Channel, EntityKind, Occurrence, Publish, Consume, Route, Schema, Service } from './model';

/** Dialects whose names a rename may edit: the text there is the name itself. */
const renameable = new Set(['flow', 'asyncapi']);

interface Joined {
  readonly channels: readonly Channel[];
  readonly services: readonly Service[];
  readonly publishes: readonly Publish[];
  readonly consumes: readonly Consume[];
  readonly routes: readonly Route[];
  readonly schemas: readonly Schema[];
  readonly brokers: BrokerTable;
}

/** Every place where an entity is named, sorted by place. */
export function collectOccurrences(files: readonly FileFacts[], joined: Joined): Occurrence[] {
  const found = new Map<string, Occurrence>();
  const serviceOf = new Map(joined.services.flatMap((s) => s.facts.map((fact) => [fact, s] as const)));
  const add = (
    entity: EntityKind, id: string, name: Sourced<string>, dialect: string,
    role: Occurrence['role'], extent: SourceRange = name.at,
  ): void => {
    const key = `${entity}\n${id}\n${name.at.file}\n${name.at.start}\n${name.at.end}`;
    // A place that declares is more than one that refers, if the same name stands for both.
    if (found.get(key)?.role === 'declaration') return;
    found.set(key, {
      entity, id, at: name.at, role, written: name.value, extent, renameable: renameable.has(dialect),
    });
  };

  for (const { id: file, facts } of files) {
    for (const fact of facts) addNamed(fact, file);
  }
  for (const channel of joined.channels) {
    for (const fact of channel.declarations) {
      add('channel', channel.id, fact.address, fact.dialect, roleOf(fact, channel.declarations), fact.extent);
      addAliases('channel', channel.id, fact);
    }
    if (channel.schema) {
      const { schema, written } = channel.schema;
      // What was concluded from names is written nowhere.
      if (schema && channel.schema.inferred === undefined) add('schema', schema.name, written, channel.declarations[0]?.dialect ?? '', 'reference');
    }
  }
  for (const edge of [...joined.publishes, ...joined.consumes]) {
    for (const fact of edge.facts) {
      add('service', edge.service.name, fact.service, fact.dialect, 'reference');
      if (edge.channel && fact.channel) {
        add('channel', edge.channel.id, fact.channel.name, fact.dialect, 'reference', fact.extent);
      }
    }
  }
  for (const { facts, from, to } of joined.routes) {
    for (const fact of facts) {
      if (fact.dialect === 'model') continue;
      add('channel', from.id, fact.from.name, fact.dialect, 'reference');
      add('channel', to.id, fact.to.name, fact.dialect, 'reference');
    }
  }
  for (const schema of joined.schemas) {
    add('schema', schema.name, schema.fact.name, schema.fact.dialect, 'declaration', schema.fact.extent);
    for (const version of schema.source ? [...schema.versions, schema.source] : schema.versions) {
      if (version.contract && version.target) {
        const written = { value: version.contract.name.value, at: version.target.at };
        add('contract', contractId(version.contract.name), written, '', 'reference');
      }
    }
  }
  return [...found.values()].sort((a, b) => compareRanges(a.at, b.at) || (a.entity < b.entity ? -1 : 1));

  function addNamed(fact: Fact, file: FileFacts['id']): void {
    if (fact.kind === 'broker') {
      const broker = joined.brokers.named(file, fact.name.value);
      if (broker === undefined) return;
      add('broker', broker.id, fact.name, fact.dialect, roleOf(fact, broker.facts), fact.extent);
      addAliases('broker', broker.id, fact);
    } else if (fact.kind === 'channel' && fact.broker) {
      const broker = joined.brokers.named(file, fact.broker.value);
      if (broker) add('broker', broker.id, fact.broker, fact.dialect, 'reference');
    } else if (fact.kind === 'contract') {
      add('contract', contractId(fact.name), fact.name, fact.dialect, 'declaration', fact.extent);
    } else if (fact.kind === 'service') {
      const service = serviceOf.get(fact);
      if (service === undefined) return;
      add('service', service.name, fact.name, fact.dialect, 'declaration', fact.extent);
      addAliases('service', service.name, fact);
    }
  }

  /** A rename leaves them as they are: they are what other files go on to say. */
  function addAliases(entity: EntityKind, id: string, fact: Fact): void {
    for (const alias of fact.aliases ?? []) add(entity, id, alias, fact.dialect, 'reference');
  }
}

/** What only follows from a mention declares nothing where somebody says it outright. */
function roleOf(fact: Fact, all: readonly Fact[]): Occurrence['role'] {
  return fact.inferred !== undefined && all.some((other) => other.inferred === undefined) ? 'reference' : 'declaration';
}

/** A contract's id: its name and its file, since two versions of a file may define the same name. */
export function contractId(name: Sourced<string>): string {
  return `${name.value}\n${name.at.file}`;
}
