import { rangeIn } from '../../text/sourceFile';
import type { Entry, MapNode } from '../../syntax/tree';
import { itemOf } from '../../syntax/hclCollections';
import { connectorFacts } from '../kafka-connect/connector';
import { defined } from '../shared/defined';
import { KeyedValues, keyed, type Keyed } from '../shared/keyed';
import { contentRange } from '../shared/places';
import { brokerIn, brokerOf } from './brokers';
import { dialect, nested, skip, type Context, type Made } from './context';
import { accountIn } from './principals';
import { isUnknown } from './value';

/** How a provider's resource holds a connector: the maps of its configuration, and its name. */
export interface ConnectorKind {
  readonly configs: readonly string[];
  /** Where the name stands beside the configuration. */
  readonly name?: string;
}

export const connectorKinds: Readonly<Record<string, ConnectorKind>> = {
  confluent_connector: { configs: ['config_nonsensitive', 'config_sensitive'] },
  aiven_kafka_connector: { configs: ['config'], name: 'connector_name' },
  aws_mskconnect_connector: { configs: ['connector_configuration'], name: 'name' },
  'kafka-connect_connector': { configs: ['config', 'config_sensitive'], name: 'name' },
};

/** A connector, by the reader of Kafka Connect. @returns the account that it runs as, and its name. */
export function readConnector(c: Context, made: Made, kind: ConnectorKind): RunsAs | undefined {
  const all = kind.configs.flatMap((name) => made.args.map(name)?.entries ?? []).map((e) => keyedOf(c, e));
  const name = kind.name === undefined ? undefined : made.args.text(kind.name);
  const msk = nested(c, made.args, 'kafka_cluster').flatMap((k) => nested(c, k, 'apache_kafka_cluster'))[0];
  const broker = brokerIn(c, msk?.expression('bootstrap_servers'))?.name.value ?? brokerOf(c, made)?.value;
  const of = defined({ dialect, extent: made.extent, name, broker });
  const facts = connectorFacts(new KeyedValues(c.file, all), of);
  c.facts.push(...facts);
  const service = facts.find((f) => f.kind === 'service');
  const account = kind.configs.map((config) => accountOf(c, made, config)).find((a) => a !== undefined);
  if (service === undefined || account === undefined) return undefined;
  return { account, connector: service.name.value };
}

/** Under which account a connector works: what that may do is what the connector does. */
export interface RunsAs {
  readonly account: string;
  readonly connector: string;
}

function accountOf(c: Context, made: Made, config: string): string | undefined {
  const expression = made.args.expression(config);
  const item = expression?.kind === 'object' ? itemOf(expression, 'kafka.service.account.id') : undefined;
  return item?.value && accountIn(c, item.value)?.address;
}

/** Keys that decide about topics; what else is not known, nobody misses. */
const matters = /topic|table|collection|class$|^transforms|^errors\.|^name$|prefix|regex|include\.list/i;

function keyedOf(c: Context, e: MapNode['entries'][number]): Keyed {
  const keyAt = contentRange(c.file, e.key);
  const extent = rangeIn(c.file, e.key.start, Math.max(e.end, e.key.end));
  if (e.value?.kind !== 'scalar') return keyed(e.key.text, keyAt, '', keyAt, extent);
  const at = contentRange(c.file, e.value);
  if (!isUnknown(e.value)) return keyed(e.key.text, keyAt, written(e), at, extent);
  if (matters.test(e.key.text)) skip(c, e.value);
  return { key: e.key.text, keyAt, value: e.value.text, at, extent, isOpen: true };
}

function written(e: Entry): string {
  return e.value?.kind === 'scalar' && e.value.value !== null ? e.value.text : '';
}
