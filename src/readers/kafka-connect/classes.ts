/** What a connector does with topics. */
export type ConnectorKind = 'source' | 'sink' | 'mirror';

/** Databases by the way in which Debezium names the tables of their topics. */
export type DebeziumFlavour =
  | 'mysql' | 'postgres' | 'oracle' | 'db2' | 'sqlserver' | 'mongodb' | 'informix' | 'vitess' | 'other';

/** Classes whose names say neither Source nor Sink. */
const byName: readonly [RegExp, ConnectorKind][] = [
  [/\b(Mirror(Source|Checkpoint|Heartbeat)Connector|ReplicatorSourceConnector)$/, 'mirror'],
  [/^Mirror(Source|Checkpoint|Heartbeat)$/, 'mirror'],
  [/Sink|\.sink\b|_SINK$/, 'sink'],
  [/Source|\.source\b|_SOURCE$/, 'source'],
  [/^io\.debezium\.connector\./, 'source'],
  [/Datagen|Cdc/, 'source'],
];

/**
 * By the class where its name says it, else by the keys that only one side has.
 * @param has tells whether a key is written.
 */
export function kindOf(
  connectorClass: string | undefined, has: (key: string) => boolean,
): ConnectorKind | undefined {
  const named = byName.find(([name]) => name.test(connectorClass ?? ''))?.[1];
  if (named !== undefined) return named;
  if (has('topics') || has('topics.regex')) return 'sink';
  return has('topic') || has('kafka.topic') || has('topic.prefix') ? 'source' : undefined;
}

const flavours: readonly [RegExp, DebeziumFlavour][] = [
  [/mysql|mariadb/i, 'mysql'], [/postgres|yugabyte/i, 'postgres'], [/oracle/i, 'oracle'], [/\.db2/i, 'db2'],
  [/sqlserver/i, 'sqlserver'], [/mongodb/i, 'mongodb'], [/informix/i, 'informix'], [/vitess/i, 'vitess'],
];

/** The database of a Debezium source, also by the names that Confluent Cloud gives them; else undefined. */
export function debeziumFlavour(connectorClass: string): DebeziumFlavour | undefined {
  const managed = /^(Postgres|MySql|MariaDB|(Microsoft)?SqlServer)CdcSource/i.test(connectorClass);
  if (!managed && !connectorClass.startsWith('io.debezium.connector.')) return undefined;
  return flavours.find(([name]) => name.test(connectorClass))?.[1] ?? 'other';
}
