import type { Sourced } from '../../text/range';
import type { Keyed, KeyedValues } from '../shared/keyed';
import { namesOfPattern } from './tablePattern';
import { distinct, fromTemplate, part, wild, type TopicName } from './topicName';

/** Keys under which sources name the topic that they write, in the order in which they are asked. */
const topicKeys = [
  'kafka.topic', 'topic', 'topics', 'topic.name', 'kafka.topic.name', 'kafka.topics', 'output.topic',
  'target.topic', 'destination.topic', 'output.data.topic.name', 'topic.name.pattern', 'kafka.status.topic',
];

/** JDBC sources, also under the names that Confluent Cloud gives them. */
const jdbcClass =
  /Jdbc|^(Postgre(s|Sql)|MySql|(Microsoft)?SqlServer|Oracle(Database)?|Db2|Snowflake)Source$/i;

/** The topics of a source that is not Debezium's, before transforms. */
export function sourceTopics(values: KeyedValues, connectorClass: string): readonly TopicName[] {
  if (jdbcClass.test(connectorClass)) return jdbcTopics(values);
  if (/Mongo/i.test(connectorClass)) return mongoTopics(values);
  if (/OracleCdc/i.test(connectorClass)) return oracleCdcTopics(values);
  const kcql = kcqlTopics(values);
  if (kcql.length > 0) return distinct(kcql.map(({ to }) => ({ text: to.value, at: to.at })));
  return /neo4j/i.test(connectorClass) ? [...neo4jTopics(values), ...named(values)] : named(values);
}

function named(values: KeyedValues): readonly TopicName[] {
  for (const key of topicKeys) {
    const one = values.get(key);
    const items = values.list(key);
    // `${topic}` and the like are filled in by the connector; with a provider or a path it is a placeholder.
    if (one?.isOpen === true && /pattern|template/.test(key)) return [templated(one.value, one.at)];
    if (one?.isOpen === true) return [];
    if (items.length > 0) return distinct(items.map(({ value, at }) => ({ text: value, at })));
  }
  return [];
}

function templated(template: string, at: Sourced<string>['at']): TopicName {
  return { text: fromTemplate(template), at, why: `The connector fills in ${template} from what it reads.` };
}

/**
 * The JDBC source: a topic a table, named after the prefix and the table without its schema; with a query
 * the prefix is the whole name.
 */
function jdbcTopics(values: KeyedValues): readonly TopicName[] {
  const stated = values.get('topic.prefix');
  if (stated?.isOpen === true) return [];
  const prefix = stated?.value ?? '';
  const place = stated ?? values.get('table.whitelist') ?? values.get('table.include.list');
  if (place === undefined) return [];
  if (values.get('query') !== undefined) return prefix === '' ? [] : [{ text: prefix, at: place.at }];
  const why = prefix === ''
    ? undefined : `The connector names a table's topic after its prefix ${prefix} and the table.`;
  const tables = values.list('table.whitelist');
  if (tables.length > 0) {
    return distinct(tables.map(({ value, at }) => ({ text: prefix + lastPart(value), at, why })));
  }
  const patterns = values.list('table.include.list');
  if (patterns.length > 0) {
    return distinct(patterns.flatMap(({ value, at }) =>
      namesOfPattern(value).map((name) => ({ text: prefix + lastPart(name), at, why }))));
  }
  return [{
    text: prefix + part, at: place.at,
    why: 'The configuration does not list the tables: every known topic of this form is meant.',
  }];
}

function lastPart(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1).replace(/^["`[]|["`\]]$/g, '');
}

/**
 * Confluent's source of Oracle changes names topics by a template over the tables that an expression takes
 * in, and keeps the redo log in a topic of its own.
 */
function oracleCdcTopics(values: KeyedValues): readonly TopicName[] {
  const template = values.get('table.topic.name.template')?.value ?? '${fullyQualifiedTableName}';
  const tables = values.text('table.inclusion.regex');
  const redoLog = values.text('redo.log.topic.name');
  const topics = tables === undefined ? [] : namesOfPattern(tables.value).map((table): TopicName => {
    const [database, schema, name] = table.includes(wild) ? [] : table.split('.');
    const text = fromTemplate(template
      .replaceAll('${fullyQualifiedTableName}', () => table).replaceAll('${databaseName}', () => database ?? part)
      .replaceAll('${schemaName}', () => schema ?? part).replaceAll('${tableName}', () => name ?? part));
    return { text, at: tables.at, why: `The connector names a table's topic by ${template}.` };
  });
  return distinct([...topics, ...(redoLog === undefined ? [] : [{ text: redoLog.value, at: redoLog.at }])]);
}

/** Neo4j's source has the topic inside the key: `neo4j.cdc.topic.changes.patterns`. */
function neo4jTopics(values: KeyedValues): readonly TopicName[] {
  return distinct(values.all.flatMap(({ key, keyAt }): TopicName[] => {
    const [before, text] = /^(neo4j\.cdc\.topic\.)([^.[]+)/.exec(key)?.slice(1) ?? [];
    if (before === undefined || text === undefined) return [];
    const start = keyAt.start + before.length;
    const isThere = values.file.text.slice(start, start + text.length) === text;
    return [{ text, at: isThere ? { ...keyAt, start, end: start + text.length } : keyAt }];
  }));
}

/** MongoDB's own source: prefix, database, collection and suffix, unless a map names topics. */
function mongoTopics(values: KeyedValues): readonly TopicName[] {
  const map = values.get('topic.namespace.map');
  if (map !== undefined) return mappedTopics(map.value, map.at);
  const separator = values.text('topic.separator')?.value ?? '.';
  const [prefix, database, collection, suffix] = ['topic.prefix', 'database', 'collection', 'topic.suffix']
    .map((key) => values.get(key));
  if ([prefix, database, collection, suffix].some((one) => one?.isOpen === true)) return [];
  const at = (collection ?? database ?? prefix)?.at;
  if (at === undefined) return [];
  const of = (one: { readonly value: string } | undefined): string | undefined =>
    one === undefined || one.value === '' ? undefined : one.value;
  const middle = [of(database) ?? part, of(collection) ?? part];
  const text = [of(prefix), ...middle, of(suffix)].filter((one) => one !== undefined).join(separator);
  return [{ text, at, why: 'The connector names topics after database and collection.' }];
}

/** `{"shop.orders": "orders", "shop": "{db}.{coll}"}`: of the names those without variables. */
function mappedTopics(json: string, at: Sourced<string>['at']): readonly TopicName[] {
  const found = [...json.slice(0, 10_000).matchAll(/:\s*"([^"\\{}]{1,249})"/g)].map((m) => m[1] ?? '');
  return distinct(found.map((text) => ({ text, at, why: 'topic.namespace.map names the topic.' })));
}

/** One `INSERT INTO target SELECT … FROM source` of Lenses' stream reactor. */
export interface Kcql {
  readonly to: Sourced<string>;
  readonly from: Sourced<string>;
}

/** Statements under `connect.<system>.kcql`, parted by semicolons. */
export function kcqlTopics(values: KeyedValues): readonly Kcql[] {
  const one = values.all.find(({ key }) => /^connect\.[\w.-]{1,80}\.kcql$/.test(key));
  if (one === undefined || one.isOpen) return [];
  let behind = 0;
  return one.value.split(';').slice(0, 100).flatMap((statement) => {
    const start = behind;
    behind += statement.length + 1;
    const words = [...statement.slice(0, 2_000).matchAll(/\S+/g)];
    const after = (keyword: string): Sourced<string> | undefined => {
      const i = words.findIndex((w) => w[0].toLowerCase() === keyword);
      const word = i < 0 ? undefined : words[i + 1];
      return word === undefined ? undefined : placedIn(values, one, start + word.index, word[0]);
    };
    const to = after('into');
    const from = after('from');
    if (to === undefined || from === undefined || to.value === '' || from.value === '') return [];
    return [{ to, from }];
  });
}

/** A word of a value at its place, where the file holds the value as it is. */
function placedIn(values: KeyedValues, one: Keyed, offset: number, word: string): Sourced<string> {
  const value = unquoted(word);
  const start = one.at.start + offset + Math.max(0, word.indexOf(value));
  const isThere = value !== '' && values.file.text.slice(start, start + value.length) === value;
  return { value, at: isThere ? { ...one.at, start, end: start + value.length } : one.at };
}

function unquoted(word: string | undefined): string {
  const plain = (word ?? '').replace(/^[`"']|[`"']$/g, '');
  return plain === '*' ? wild : plain;
}
