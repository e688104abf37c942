import { rangeIn } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import { partsOf, type HclExpression } from '../../syntax/hclNodes';
import { defined } from '../shared/defined';
import { nameOfHost } from '../shared/kafkaBroker';
import { clusterKinds, clusterModules, type ClusterKind } from './brokerTable';
import { clusterDefaults, mqSettings } from './clusterDefaults';
import { dialect, madeOf, nested, type Context, type Made } from './context';
import { noScope } from './evaluate';
import { headRange, type Declared } from './terraformFile';

/** Reads the clusters and the providers that name one, so that the rest can refer to them. */
export function readBrokers(c: Context): void {
  for (const declared of c.tf.declared) {
    const made = madeOf(c, declared, noScope);
    const kind = declared.mode === 'module' ? moduleKind(made)
      : Object.hasOwn(clusterKinds, declared.type) ? clusterKinds[declared.type] : undefined;
    if (kind !== undefined) add(c, declared, clusterFact(c, made, kind));
  }
  for (const declared of c.tf.declared) {
    if (declared.mode === 'provider' && declared.label === 'kafka') readProvider(c, declared);
  }
}

/** A module that is published for clusters; one of the repository itself says nothing by its name. */
function moduleKind(made: Made): ClusterKind | undefined {
  const source = made.args.text('source')?.value ?? '';
  return /^\.{0,2}\//.test(source) ? undefined : clusterModules.find((m) => m.source.test(source))?.kind;
}

function add(c: Context, declared: Declared, fact: BrokerFact | undefined): void {
  if (fact === undefined) return;
  c.brokers.set(declared.address, fact);
  c.facts.push(fact);
}

function clusterFact(c: Context, made: Made, kind: ClusterKind): BrokerFact | undefined {
  const { args, declared, head } = made;
  const { only } = kind;
  if (only !== undefined && !only.value.test(args.text(only.argument)?.value ?? '')) return undefined;
  const said = kind.names.map((name) => args.text(name)).find((name) => name !== undefined);
  const type = { value: declared.type, at: typeRange(c, declared) };
  return defined<BrokerFact>({
    kind: 'broker', dialect, extent: made.extent,
    name: said ?? { value: declared.address, at: head },
    protocol: { value: kind.protocol, at: type.at },
    managed: { value: kind.managed, at: type.at },
    version: kind.version === undefined ? undefined : args.text(kind.version),
    nodes: (kind.nodes === undefined ? modeNodes(args.text('deployment_mode')) : args.number(kind.nodes)) ?? planNodes(made),
    plan: planOf(made), zones: zonesOf(c, made),
    ...mskSecurity(c, made),
    ...clusterDefaults(c, made), ...mqSettings(c, made),
    inferred: said === undefined
      ? `The file does not say the cluster's name; it goes by its address in Terraform, ${declared.address}.`
      : declared.mode === 'module' ? 'The source of the module says that it makes a cluster.' : undefined,
  });
}

function typeRange(c: Context, declared: Declared): SourceRange {
  const label = declared.block.labels[0];
  return label === undefined || declared.type === declared.mode
    ? headRange(c.file, declared.block) : rangeIn(c.file, label.start + 1, label.end - 1);
}

/** Amazon MQ says its size by a word. */
function modeNodes(mode: Sourced<string> | undefined): Sourced<number> | undefined {
  const nodes = { SINGLE_INSTANCE: 1, CLUSTER_MULTI_AZ: 3 }[mode?.value ?? ''];
  return mode === undefined || nodes === undefined ? undefined : { value: nodes, at: mode.at };
}

/** CloudAMQP's plans whose servers are shared with others; all other names are of servers of one's own. */
const sharedPlans: ReadonlySet<string> = new Set(['lemur', 'tiger', 'lemming', 'ermine']);

function planOf({ declared, args }: Made): BrokerFact['plan'] {
  const said = declared.type === 'cloudamqp_instance' ? args.text('plan') : undefined;
  return said && { value: sharedPlans.has(said.value.toLowerCase()) ? 'shared' : 'dedicated', at: said.at };
}

/** `bunny-3` has three nodes. */
function planNodes({ declared, args }: Made): Sourced<number> | undefined {
  const said = declared.type === 'cloudamqp_instance' ? args.text('plan') : undefined;
  const nodes = /-(\d{1,2})$/.exec(said?.value ?? '')?.[1];
  return said && nodes !== undefined ? { value: Number(nodes), at: said.at } : undefined;
}

/** An MSK cluster has its brokers in as many zones as it is given subnets: each must lie in a zone of its own. */
function zonesOf(c: Context, made: Made): Sourced<number> | undefined {
  const { type, mode } = made.declared;
  const subnets = type === 'aws_msk_cluster'
    ? nested(c, made.args, 'broker_node_group_info')[0]?.expression('client_subnets')
    : mode === 'module' ? made.args.expression('broker_node_client_subnets') ?? made.args.expression('client_subnets') : undefined;
  if (subnets?.kind !== 'tuple' || subnets.items.length === 0) return undefined;
  return { value: subnets.items.length, at: rangeIn(c.file, subnets.start, subnets.end) };
}

/** `client_broker` and `unauthenticated` of an MSK cluster. With TLS_PLAINTEXT clients may do either. */
function mskSecurity(c: Context, made: Made): Pick<BrokerFact, 'tls' | 'anonymous'> {
  if (made.declared.type !== 'aws_msk_cluster') return {};
  const transit = nested(c, made.args, 'encryption_info')
    .flatMap((e) => nested(c, e, 'encryption_in_transit'))[0];
  const clients = transit?.text('client_broker');
  return defined({
    tls: clients && /^(TLS|PLAINTEXT)$/.test(clients.value)
      ? { value: clients.value === 'TLS', at: clients.at } : undefined,
    anonymous: nested(c, made.args, 'client_authentication')[0]?.boolean('unauthenticated'),
  });
}

/** `provider "kafka"` names the cluster of its topics: by addresses, or by a resource of the file. */
function readProvider(c: Context, declared: Declared): void {
  const made = madeOf(c, declared, noScope);
  const servers = made.args.expression('bootstrap_servers');
  const alias = made.args.text('alias')?.value;
  const address = alias === undefined ? 'provider.kafka' : `kafka.${alias}`;
  const known = brokerIn(c, servers);
  if (known !== undefined) {
    c.brokers.set(address, known);
    return;
  }
  const list = made.args.list('bootstrap_servers');
  const [first] = list;
  const last = list.at(-1);
  if (first === undefined || last === undefined) return;
  const at = { ...first.at, end: Math.max(first.at.end, last.at.end) };
  const url = { value: list.map((one) => one.value).join(','), at };
  const usesDefault = !made.args.has('tls_enabled');
  const fact = defined<BrokerFact>({
    kind: 'broker', dialect, extent: made.extent, name: { value: nameOfHost(url.value), at: first.at },
    protocol: { value: 'kafka', at: first.at }, url,
    tls: made.args.boolean('tls_enabled') ?? (usesDefault ? { value: true, at: made.head } : undefined),
    note: usesDefault ? 'tls_enabled is not set; the provider then connects with TLS.' : undefined,
    inferred: 'The provider knows the cluster by its addresses.',
  });
  c.brokers.set(address, fact);
  c.facts.push(fact);
}

/** How deep references to locals are followed on the way to a cluster. */
const maxChain = 10;

/** The cluster that an expression refers to, whatever it takes from it: its id, its endpoint, its name. */
export function brokerIn(c: Context, node: HclExpression | undefined, depth = 0): BrokerFact | undefined {
  if (node === undefined || depth > maxChain) return undefined;
  if (node.kind === 'reference') {
    const first = node.steps[0];
    const second = node.steps[1];
    if (node.root === 'local' && typeof first === 'string') {
      return brokerIn(c, c.tf.locals.get(first), depth + 1);
    }
    const address = node.root === 'data'
      ? `data.${String(first)}.${String(second)}` : `${node.root}.${String(first)}`;
    const found = c.brokers.get(address);
    if (found !== undefined) return found;
  }
  for (const part of partsOf(node)) {
    const found = brokerIn(c, part, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The arguments by which resources of the providers name their cluster. */
const clusterArguments = [
  'cluster', 'cluster_id', 'cluster_api_url', 'kafka_api_url', 'service_name', 'kafka_cluster',
  'rest_endpoint', 'http_endpoint', 'service_id',
];

/**
 * The cluster that a resource of Kafka belongs to: by a reference, by a literal id, by its provider.
 * @param c the file's clusters must have been read.
 */
export function brokerOf(c: Context, made: Made): Sourced<string> | undefined {
  const { args, declared } = made;
  const inBlock = nested(c, args, 'kafka_cluster')[0];
  const candidates: (readonly [typeof args, string])[] = [
    ...(inBlock === undefined ? [] : [[inBlock, 'id'] as const]),
    ...clusterArguments.map((name) => [args, name] as const),
  ];
  for (const [holder, name] of candidates) {
    const expression = holder.expression(name);
    if (expression === undefined || expression.kind === 'object') continue;
    const known = brokerIn(c, expression);
    const at = rangeIn(c.file, expression.start, expression.end);
    if (known !== undefined) return { value: known.name.value, at };
    const literal = holder.text(name);
    if (literal !== undefined) return literalCluster(c, made, literal);
  }
  if (!declared.type.startsWith('kafka_')) return undefined;
  const provider = args.expression('provider');
  const alias = provider?.kind === 'reference' ? [provider.root, ...provider.steps].join('.') : 'kafka';
  const known = c.brokers.get(alias === 'kafka' ? 'provider.kafka' : alias);
  if (known === undefined) return undefined;
  const at = provider === undefined ? made.head : rangeIn(c.file, provider.start, provider.end);
  return { value: known.name.value, at };
}

/** A cluster that the file only knows by its id or name: `lkc-abc123`. */
function literalCluster(c: Context, made: Made, name: Sourced<string>): Sourced<string> {
  const shown = /^https?:\/\//i.test(name.value) ? { value: nameOfHost(name.value), at: name.at } : name;
  const isKnown = c.literals.has(shown.value)
    || [...c.brokers.values()].some((b) => b.name.value === shown.value);
  if (isKnown) return shown;
  const vendor = made.declared.type.split('_')[0] ?? '';
  const managed = Object.entries(clusterKinds).find(([type]) => type.startsWith(`${vendor}_`))?.[1];
  const fact = defined<BrokerFact>({
    kind: 'broker', dialect, extent: made.extent, name: shown, protocol: { value: 'kafka', at: name.at },
    managed: managed && { value: managed.managed, at: name.at },
    inferred: 'The file names the cluster without declaring it.',
  });
  c.literals.set(shown.value, fact);
  c.facts.push(fact);
  return shown;
}
