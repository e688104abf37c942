import type { SourceRange, Sourced } from '../../text/range';
import { rangeIn } from '../../text/sourceFile';
import type { BrokerFact, ChannelFact, RouteFact } from '../../model/facts';
import type { HclExpression } from '../../syntax/hclNodes';
import { defined } from '../shared/defined';
import { brokerIn, brokerOf } from './brokers';
import { dialect, madeOf, nested, type Context, type Made } from './context';
import { noScope } from './evaluate';

/** What is none of these is a topic's plain name. */
const isPattern = /[\\^$*+?()[\]{}|]/;

/** `aiven_mirrormaker_replication_flow`: MirrorMaker 2 copies topics that match from cluster to cluster. */
export function readReplication(c: Context, made: Made): void {
  const { args } = made;
  if (args.boolean('enable')?.value === false) return;
  const source = endOf(c, made, 'source_cluster');
  const target = endOf(c, made, 'target_cluster');
  if (source === undefined || target === undefined) return;
  for (const end of [source, target]) {
    if (end.isKnown) continue;
    c.facts.push({
      kind: 'broker', dialect, extent: made.extent, name: { value: end.value, at: end.at },
      protocol: { value: 'kafka', at: end.at },
      inferred: 'A replication flow knows the cluster by this alias.',
    });
  }
  const policy = args.text('replication_policy_class')?.value ?? '';
  const prefix = policy.endsWith('IdentityReplicationPolicy') ? '' : `${source.value}.`;
  for (const name of args.list('topics')) {
    const isRegex = isPattern.test(name.value);
    c.facts.push(defined<RouteFact>({
      kind: 'route', dialect, route: 'mirror', extent: made.extent,
      by: `replication flow ${made.declared.label}`,
      from: defined({
        name, protocol: 'kafka' as const, broker: source.value, match: isRegex ? 'regex' as const : undefined,
      }),
      to: {
        name: { value: prefix + (isRegex ? '$&' : name.value), at: name.at },
        protocol: 'kafka', broker: target.value,
      },
    }));
  }
}

/** A cluster by the alias that an argument gives it: a literal, or the name of a resource. */
function endOf(
  c: Context, made: Made, argument: string,
): (Sourced<string> & { isKnown: boolean }) | undefined {
  const expression = made.args.expression(argument);
  const known = brokerIn(c, expression);
  const said = made.args.text(argument);
  if (expression === undefined || known === undefined) return said && { ...said, isKnown: false };
  return { value: known.name.value, at: placeOf(c, expression), isKnown: true };
}

/** `confluent_kafka_mirror_topic`: a topic that a cluster link keeps equal to one of another cluster. */
export function readMirrorTopic(c: Context, made: Made): void {
  const source = nested(c, made.args, 'source_kafka_topic')[0]?.text('topic_name');
  if (source === undefined) return;
  const name = made.args.text('mirror_topic_name') ?? source;
  const link = nested(c, made.args, 'cluster_link')[0]?.expression('link_name');
  const from = linkSource(c, link);
  const broker = brokerOf(c, made);
  // Without two clusters that differ the copy would be an edge from the topic to itself.
  const isTold = from !== undefined || source.value !== name.value;
  c.facts.push(defined<ChannelFact>({
    kind: 'channel', dialect, extent: made.extent, address: name, protocol: 'kafka', broker, settings: {},
    note: 'A cluster link makes it, with the partitions and settings of its source.',
  }));
  if (!isTold) return;
  c.facts.push(defined<RouteFact>({
    kind: 'route', dialect, route: 'mirror', extent: made.extent, by: `mirror topic ${made.declared.label}`,
    from: defined({ name: source, protocol: 'kafka' as const, broker: from?.name.value }),
    to: defined({ name, protocol: 'kafka' as const, broker: broker?.value }),
  }));
}

/** The source cluster of the `confluent_cluster_link` that an expression refers to. */
function linkSource(c: Context, link: HclExpression | undefined): BrokerFact | undefined {
  if (link?.kind !== 'reference' || link.root !== 'confluent_cluster_link') return undefined;
  const declared = c.tf.byAddress.get(`${link.root}.${String(link.steps[0])}`);
  const block = declared && nested(c, madeOf(c, declared, noScope).args, 'source_kafka_cluster')[0];
  return brokerIn(c, block?.expression('id'));
}

function placeOf(c: Context, node: HclExpression): SourceRange {
  return rangeIn(c.file, node.start, node.end);
}
