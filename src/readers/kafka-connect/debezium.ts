import type { Sourced } from '../../text/range';
import type { KeyedValues } from '../shared/keyed';
import type { DebeziumFlavour } from './classes';
import { namesOfPattern } from './tablePattern';
import { distinct, part, sanitized, wild, type TopicName } from './topicName';

/** The logical name of the database in topics: `topic.prefix`, before Debezium 2 `database.server.name`. */
export function topicPrefix(values: KeyedValues): Sourced<string> | undefined {
  return values.text('topic.prefix', 'database.server.name', 'mongodb.name');
}

/**
 * The topics of the captured tables, before transforms: prefix, the table's full name, in parts with dots
 * (AbstractTopicNamingStrategy). Tables that no list names stand as unknown parts.
 */
export function tableTopics(values: KeyedValues, flavour: DebeziumFlavour): readonly TopicName[] {
  const prefix = topicPrefix(values);
  if (prefix === undefined) return [];
  const delimiter = values.text('topic.delimiter')?.value ?? '.';
  const tables = listed(values, tableKeys(flavour)) ?? unlisted(values, flavour, prefix);
  return distinct(tables.slice(0, maxTables).flatMap(({ value, at, why }) =>
    inDatabases(values, flavour, value).map((name) => ({
      text: sanitized([prefix.value, ...name.split('.')].join(delimiter)), at,
      why: why ?? `Debezium names a table's topic after its prefix ${prefix.value} and the table.`,
    }))));
}

/** A longer list was generated. */
const maxTables = 5_000;

interface Tables {
  readonly value: string;
  readonly at: Sourced<string>['at'];
  readonly why?: string;
}

function tableKeys(flavour: DebeziumFlavour): readonly string[] {
  return flavour === 'mongodb'
    ? ['collection.include.list', 'collection.whitelist'] : ['table.include.list', 'table.whitelist'];
}

/** The names that a list gives, expressions as far as they say names; undefined where there is no list. */
function listed(values: KeyedValues, keys: readonly string[]): readonly Tables[] | undefined {
  for (const key of keys) {
    const one = values.get(key);
    const items = values.list(key);
    if (one?.isOpen === true && items.length === 0) {
      return [{ value: wild, at: one.at, why: `The tables are not known: ${key} is a placeholder.` }];
    }
    if (items.length > 0) {
      return items.flatMap((item) => namesOfPattern(item.value).map((value) => ({ value, at: item.at })));
    }
  }
  return undefined;
}

/** Without a list of tables: all those of the schemas or databases that are listed, else simply all. */
function unlisted(values: KeyedValues, flavour: DebeziumFlavour, prefix: Sourced<string>): readonly Tables[] {
  const isDatabase = flavour === 'mysql' || flavour === 'mongodb';
  const word = isDatabase ? 'database' : 'schema';
  const why = 'The configuration does not list the tables: every known topic of this form is meant.';
  const containers = flavour === 'vitess'
    ? plainText(values, 'vitess.keyspace') : listed(values, [`${word}.include.list`, `${word}.whitelist`]);
  if (containers !== undefined) {
    return containers.map(({ value, at }) => ({ value: `${value}.${part}`, at, why }));
  }
  return [{ value: `${part}.${part}`, at: prefix.at, why }];
}

function plainText(values: KeyedValues, key: string): readonly Tables[] | undefined {
  const found = values.text(key);
  return found === undefined ? undefined : [found];
}

const maxDatabases = 100;

/**
 * SQL Server connectors that list databases (since 1.9) put the database before schema and table. Lists for
 * Informix, Oracle and older SQL Server may name it too, but the topic does not.
 */
function inDatabases(values: KeyedValues, flavour: DebeziumFlavour, table: string): readonly string[] {
  const parts = table.split('.');
  if (flavour === 'oracle' || flavour === 'informix') return [parts.slice(-2).join('.')];
  if (flavour !== 'sqlserver') return [table];
  const databases = values.list('database.names').slice(0, maxDatabases);
  if (databases.length === 0) return [parts.slice(-2).join('.')];
  return parts.length > 2 ? [table] : databases.map((database) => `${database.value}.${table}`);
}
