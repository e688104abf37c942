import { rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import { parseProperties } from '../../syntax/properties';
import type { HclExpression } from '../../syntax/hclNodes';
import { entry as entryOf, isMap, text } from '../../syntax/tree';
import { serverSettings, type ServerSettings } from '../rabbitmq/serverConf';
import { clusterSettings, type ClusterSettings } from '../shared/clusterDefaults';
import { defined } from '../shared/defined';
import { topicSettings } from '../shared/kafkaTopic';
import { sourcedText } from '../shared/places';
import { lookupIn } from './args';
import { madeOf, nested, skip, type Context, type Made } from './context';
import { noScope } from './evaluate';

/** A key of `server.properties`: its text, `'open'` where nobody knows it, undefined where it is missing. */
type Get = (key: string) => Sourced<string> | 'open' | undefined;

/** What a cluster gives to topics that say nothing themselves: MSK's configuration, Aiven's user config. */
export function clusterDefaults(c: Context, made: Made): ClusterSettings & Pick<BrokerFact, 'topicDefaults'> {
  const get = getterOf(c, made);
  if (get === undefined) return {};
  const topicDefaults = topicSettings((key) => brokerKey(get, key));
  return defined({
    topicDefaults: Object.keys(topicDefaults).length === 0 ? undefined : topicDefaults, ...clusterSettings(get),
  });
}

function getterOf(c: Context, made: Made): Get | undefined {
  if (made.declared.type === 'aws_msk_cluster') return mskProperties(c, made) ?? (isConfiguredElsewhere(c, made) ? () => 'open' : undefined);
  if (made.declared.type === 'aiven_kafka') return aivenConfig(c, made);
  if (made.declared.mode !== 'module') return undefined;
  // The names under which the public modules for MSK take the properties.
  const map = made.args.map('configuration_server_properties') ?? made.args.map('properties');
  if (map === undefined) return made.args.has('configuration_arn') ? () => 'open' : undefined;
  return (key) => lookupIn(c, entryOf(map, key)?.value);
}

/** A cluster that is only looked up here, or whose configuration no resource of the folder declares. */
function isConfiguredElsewhere(c: Context, { declared, args }: Made): boolean {
  return declared.mode === 'data' || nested(c, args, 'configuration_info').length > 0;
}

/** A topic's key as brokers call it (KafkaConfig); retention has three, of which the finest counts. */
function brokerKey(get: Get, key: string): Sourced<string> | 'open' | undefined {
  switch (key) {
    case 'replication.factor': return get('default.replication.factor');
    case 'cleanup.policy': return get('log.cleanup.policy');
    case 'max.message.bytes': return get('message.max.bytes');
    case 'retention.ms': {
      for (const [unit, factor] of [['ms', 1], ['minutes', 60_000], ['hours', 3_600_000]] as const) {
        const said = get(`log.retention.${unit}`);
        if (said === 'open') return said;
        if (said === undefined) continue;
        const number = Number(said.value);
        if (!Number.isFinite(number)) return 'open';
        return { value: String(number < 0 ? -1 : number * factor), at: said.at };
      }
      return undefined;
    }
    default: return get(key);
  }
}

/** The `aws_msk_configuration` that the cluster refers to: a text in the format of `server.properties`. */
function mskProperties(c: Context, made: Made): Get | undefined {
  const arn = nested(c, made.args, 'configuration_info')[0]?.expression('arn');
  return propertiesOf(c, arn, 'aws_msk_configuration', 'server_properties');
}

/** What an Amazon MQ broker is configured to do: the lines of a `rabbitmq.conf` in an `aws_mq_configuration`. */
export function mqSettings(c: Context, made: Made): ServerSettings {
  if (made.declared.type !== 'aws_mq_broker') return {};
  const id = nested(c, made.args, 'configuration')[0]?.expression('id');
  const get = propertiesOf(c, id, 'aws_mq_configuration', 'data');
  return get === undefined ? {} : serverSettings(get);
}

/** The lines of the text that the resource of an expression holds in one of its arguments. */
function propertiesOf(c: Context, node: HclExpression | undefined, type: string, argument: string): Get | undefined {
  if (node?.kind !== 'reference' || node.root !== type) return undefined;
  const declared = c.tf.byAddress.get(`${node.root}.${String(node.steps[0])}`);
  const properties = declared && madeOf(c, declared, noScope).args.expression(argument);
  const places = properties === undefined ? [] : literalTexts(c, properties);
  const entries = places.flatMap((place) => {
    const [root] = parseProperties(place.text).roots;
    return isMap(root) ? root.entries.map((e) => ({ ...e, from: place.start })) : [];
  });
  return (key) => {
    const entry = entries.findLast((e) => e.key.text === key);
    const value = text(entry?.value);
    if (entry?.value === undefined || value === undefined) return undefined;
    const at = rangeIn(c.file, entry.from + entry.value.start, entry.from + entry.value.end);
    if (value.includes('${')) {
      skip(c, at);
      return 'open';
    }
    return { value, at };
  };
}

interface Written {
  readonly text: string;
  readonly start: number;
}

/** A heredoc, also one with templates in it, as it stands in the file; lines that are joined; a local. */
function literalTexts(c: Context, node: HclExpression): readonly Written[] {
  if (node.kind === 'reference' && node.root === 'local') {
    const target = c.tf.locals.get(String(node.steps[0]));
    return target === undefined || target.kind === 'reference' ? [] : literalTexts(c, target);
  }
  if (node.kind === 'call' && node.name === 'join' && node.args[1]?.kind === 'tuple') {
    return node.args[1].items.flatMap((item) => literalTexts(c, item));
  }
  if (node.kind !== 'scalar' && node.kind !== 'template') return [];
  if (node.style === 'block') return [{ text: c.file.text.slice(node.start, node.end), start: node.start }];
  // One line between quotes, as each item of what is joined is.
  const inside = c.file.text.slice(node.start + 1, node.end - 1);
  return node.style === 'double' && !inside.includes('\\') ? [{ text: inside, start: node.start + 1 }] : [];
}

/** `kafka_user_config { kafka { min_insync_replicas = 2 } }`: the broker's keys with underscores. */
function aivenConfig(c: Context, made: Made): Get | undefined {
  const kafka = nested(c, made.args, 'kafka_user_config').flatMap((u) => nested(c, u, 'kafka'))[0];
  if (kafka === undefined) return undefined;
  return (key) => {
    const name = key.replaceAll('.', '_');
    return kafka.lookup(name) === 'open' ? 'open' : sourcedText(c.file, kafka.value(name));
  };
}
