import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact, ChannelRef, Fact, RouteFact } from '../../model/facts';
import { defined } from '../shared/defined';
import type { Keyed, KeyedValues } from '../shared/keyed';

/** Flows beyond this many clusters are not read: each is a pair of them. */
const maxClusters = 50;

/**
 * MirrorMaker 2's own configuration (`connect-mirror-maker.properties`): clusters with their addresses, and
 * for each enabled flow the topics that are copied, under the name that the replication policy gives them.
 */
export function mirrorFacts(values: KeyedValues, dialect: string): Fact[] {
  const clusters = values.list('clusters').slice(0, maxClusters);
  const facts: Fact[] = clusters.map((cluster) => clusterFact(values, dialect, cluster));
  for (const from of clusters) {
    for (const to of clusters) {
      if (from.value === to.value) continue;
      const flow = `${from.value}->${to.value}`;
      const enabled = values.get(`${flow}.enabled`);
      // MirrorMakerConfig.clusterPairs: a flow runs only where its own key says so.
      if (enabled === undefined || enabled.isOpen || enabled.value.toLowerCase() !== 'true') continue;
      facts.push(...flowFacts(values, dialect, { from: from.value, to: to.value, flow, enabled, clusters }));
    }
  }
  return facts;
}

function clusterFact(values: KeyedValues, dialect: string, cluster: Sourced<string>): BrokerFact {
  const bootstrap = values.get(`${cluster.value}.bootstrap.servers`);
  const security = values.text(`${cluster.value}.security.protocol`, 'security.protocol');
  const word = security?.value.toUpperCase() ?? '';
  return defined<BrokerFact>({
    kind: 'broker', dialect, extent: bootstrap?.extent ?? cluster.at, name: cluster,
    protocol: { value: 'kafka', at: cluster.at },
    url: bootstrap === undefined || bootstrap.isOpen || bootstrap.value === ''
      ? undefined : { value: bootstrap.value, at: bootstrap.at },
    tls: security !== undefined && /^(SASL_)?(SSL|PLAINTEXT)$/.test(word)
      ? { value: word.endsWith('SSL'), at: security.at } : undefined,
  });
}

interface Flow {
  readonly from: string;
  readonly to: string;
  /** `A->B` */
  readonly flow: string;
  readonly enabled: Keyed;
  readonly clusters: readonly Sourced<string>[];
}

function flowFacts(
  values: KeyedValues, dialect: string, { from, to, flow, enabled, clusters }: Flow,
): RouteFact[] {
  const naming = namingOf(values, flow, from);
  const said = values.get(`${flow}.topics`) ?? values.get('topics');
  if (naming === undefined || said?.isOpen === true) return [];
  const key = values.get(`${flow}.topics`) === undefined ? 'topics' : `${flow}.topics`;
  const listed = said === undefined ? [] : values.list(key);
  const topics = listed.length > 0 ? listed : [{ value: '.*', at: enabled.at }];
  const excluded = exclusion(values, flow);
  const known = naming.renames ? clusters.map((one) => one.value) : [];
  return topics.map((topic) => {
    const isName = /^[\w.-]+$/.test(topic.value);
    const ref: ChannelRef = isName
      ? { name: topic, protocol: 'kafka', broker: from }
      : {
        name: { value: excluded + notBack(topic.value, to, known, naming.separator), at: topic.at },
        protocol: 'kafka', broker: from, match: 'regex',
      };
    return defined<RouteFact>({
      kind: 'route', dialect, extent: extentOf(values.file, enabled, said), route: 'mirror', from: ref,
      to: {
        name: { value: naming.name(isName ? topic.value : '$&'), at: topic.at },
        protocol: 'kafka', broker: to,
      },
      by: `flow ${flow}`,
      inferred: listed.length > 0 ? undefined : `${flow}.topics is not set; MirrorMaker copies every topic.`,
    });
  });
}

/** `topics.exclude` (once `topics.blacklist`): names and patterns of topics that are not copied. */
function exclusion(values: KeyedValues, flow: string): string {
  const key = [`${flow}.topics.exclude`, `${flow}.topics.blacklist`, 'topics.exclude', 'topics.blacklist']
    .find((name) => values.get(name) !== undefined);
  const patterns = key === undefined ? [] : values.list(key).map((one) => one.value).filter(isRegex);
  return patterns.length === 0 ? '' : `(?!(?:${patterns.join('|')})$)`;
}

function isRegex(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** What came from the target, by whichever way, does not go back there (MirrorSourceConnector.isCycle). */
function notBack(pattern: string, to: string, clusters: readonly string[], separator: string): string {
  if (clusters.length === 0) return pattern;
  const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const hops = clusters.length > 2 ? `(?:(?:${clusters.map(escaped).join('|')})${escaped(separator)})*` : '';
  return `(?!${hops}${escaped(to + separator)})(?:${pattern})`;
}

interface Naming {
  readonly name: (topic: string) => string;
  readonly renames: boolean;
  readonly separator: string;
}

/** How a copy is called; undefined for a policy that is the user's own code. */
function namingOf(values: KeyedValues, flow: string, from: string): Naming | undefined {
  const policy = values.get(`${flow}.replication.policy.class`) ?? values.get('replication.policy.class');
  const written = values.text(`${flow}.replication.policy.separator`, 'replication.policy.separator');
  const separator = written?.value ?? '.';
  if (policy === undefined || policy.value.endsWith('.DefaultReplicationPolicy')) {
    return { name: (topic) => `${from}${separator}${topic}`, renames: true, separator };
  }
  return !policy.isOpen && policy.value.endsWith('IdentityReplicationPolicy')
    ? { name: (topic) => topic, renames: false, separator } : undefined;
}

/** Both keys of a flow where they stand together, else the one that enables it. */
function extentOf(file: SourceFile, enabled: Keyed, topics: Keyed | undefined): SourceRange {
  if (topics === undefined) return enabled.extent;
  const [first, second] = enabled.extent.start < topics.extent.start ? [enabled, topics] : [topics, enabled];
  const between = file.text.slice(first.extent.end, second.extent.start);
  return between.trim() === '' ? rangeIn(file, first.extent.start, second.extent.end) : enabled.extent;
}
