import type { SourceRange, Sourced } from '../../text/range';
import type { ChannelRef, Fact, ServiceFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { get } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { mapsIn } from '../shared/document';
import { nodeRange } from '../shared/places';
import { clusterOf, labelledCluster } from './cluster';
import { dialect } from './dialect';

/** One rule of simple authorization that allows something. */
interface Rule {
  readonly type: string;
  readonly name: Sourced<string> | undefined;
  readonly isPrefix: boolean;
  readonly operations: readonly string[];
  readonly extent: SourceRange;
}

/** A `KafkaUser`: the program that logs in by that name, with what its ACL lets it do. */
export function userFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const { name, extent } = resource;
  if (name === undefined) return labelledCluster(resource, all);
  const rules = rulesOf(ask, resource);
  const groups = rules.filter((r) => r.type === 'group' && !r.isPrefix && r.name !== undefined && can(r, 'Read'));
  const [group, other] = groups.flatMap((r) => (r.name === undefined || r.name.value === '*' ? [] : [r.name]));
  const isOne = group !== undefined && (other === undefined || other.value === group.value);
  const settings: ConsumeSettings = isOne ? { group } : {};
  const cluster = clusterOf(resource)?.value;
  const isForAll = rules.some((r) => r.type === 'topic' && isAll(r));
  const service = defined<ServiceFact>({
    kind: 'service', dialect, extent, name,
    note: isForAll ? 'A user of the cluster. Its ACL holds for all topics: which of them it uses is not said.'
      : 'A user of the cluster, with what its ACL lets it do.',
  });
  const edges = rules.flatMap((rule): Fact[] => {
    if (rule.type !== 'topic' || rule.name === undefined || isAll(rule)) return [];
    const channel = defined<ChannelRef>({
      name: rule.name, protocol: 'kafka', broker: cluster, match: rule.isPrefix ? 'prefix' : undefined,
    });
    const base = { dialect, extent: rule.extent, service: name, channel, protocol: 'kafka' as const };
    const facts: Fact[] = [];
    const [write, read] = ['Its ACL lets it write.', 'Its ACL lets it read.'];
    if (can(rule, 'Write')) facts.push({ ...base, kind: 'publish', settings: {}, inferred: write });
    if (can(rule, 'Read')) facts.push({ ...base, kind: 'consume', settings, inferred: read });
    return facts;
  });
  return [...labelledCluster(resource, all), service, ...edges];
}

function isAll(rule: Rule): boolean {
  return rule.name?.value === '*' && !rule.isPrefix;
}

function can(rule: Rule, operation: 'Read' | 'Write'): boolean {
  return rule.operations.some((one) => [operation.toLowerCase(), 'all'].includes(one.toLowerCase()));
}

function rulesOf(ask: Asking, resource: Resource): Rule[] {
  return mapsIn(get(resource.root, 'spec', 'authorization', 'acls')).flatMap((acl): Rule[] => {
    if (ask.text(get(acl, 'type'))?.value.toLowerCase() === 'deny') return [];
    const what = get(acl, 'resource');
    const said = ask.said(get(what, 'name'));
    // v1beta1 and the first v1beta2 know one `operation` a rule.
    const operations = [...ask.list(get(acl, 'operations')), ...ask.list(get(acl, 'operation'))];
    return [{
      type: ask.text(get(what, 'type'))?.value.toLowerCase() ?? '',
      // Strimzi takes a topic without a name for all topics (the field's default is "*").
      name: said === 'open' ? undefined : said,
      isPrefix: ask.text(get(what, 'patternType'))?.value.toLowerCase() === 'prefix',
      operations: operations.map((one) => one.value), extent: nodeRange(ask.file, acl),
    }];
  });
}
