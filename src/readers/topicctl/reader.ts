import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { BrokerFact, ChannelFact, CredentialFact, Fact } from '../../model/facts';
import type { Reader, ReadResult } from '../../model/reader';
import { entry, get, isMap, isScalar, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { booleanOf, Document, inFileOrder, numberOf, withSettings, type Said } from '../shared/document';
import { topicSettings } from '../shared/kafkaTopic';
import { contentRange, nodeRange } from '../shared/places';
import { isLiteralSecret } from '../shared/secrets';
import { readAcls } from './acls';
import { dialect, type Context } from './context';
import { isTopicctl } from './recognize';

/** Configuration of topicctl: clusters, topics (several in one file behind `---`) and ACLs. */
export const topicctl: Reader = { dialect, recognizes: isTopicctl, read: readConfig };

function readConfig(file: SourceFile): ReadResult {
  // The tool expands `$NAME` as the shell does (os.ExpandEnv), and knows no defaults.
  const doc = new Document(file, (text) => /\$\w/.test(text));
  const facts: Fact[] = [];
  const c: Context = { doc, file, facts };
  const seen = new Set<string>();
  for (const root of doc.roots) {
    if (!isMap(root)) continue;
    const spec = get(root, 'spec');
    if (get(spec, 'bootstrapAddrs') !== undefined || get(spec, 'zkAddrs') !== undefined) {
      readCluster(c, root, spec);
    } else if (get(spec, 'partitions') !== undefined || get(spec, 'replicationFactor') !== undefined) {
      nameCluster(c, root, seen);
      readTopic(c, root, spec);
    } else if (get(spec, 'acls') !== undefined) {
      nameCluster(c, root, seen);
      readAcls(c, root, spec);
    }
  }
  return { facts: inFileOrder(facts), problems: doc.problems, skipped: doc.skipped };
}

function readCluster(c: Context, root: MapNode, spec: SyntaxNode | undefined): void {
  const name = c.doc.text(get(root, 'meta', 'name'));
  if (name === undefined) return;
  const hosts = c.doc.list(get(spec, 'bootstrapAddrs'));
  const [first, last] = [hosts[0], hosts.at(-1)];
  const url: Sourced<string> | undefined = first && last && {
    value: hosts.map((h) => h.value).join(','),
    at: rangeIn(c.file, first.at.start, Math.max(first.at.end, last.at.end)),
  };
  c.facts.push(defined<BrokerFact>({
    kind: 'broker', dialect, extent: nodeRange(c.file, root), name, url,
    protocol: { value: 'kafka', at: name.at },
    tls: known(c.doc.value(get(spec, 'tls', 'enabled'), booleanOf)),
    environment: c.doc.text(get(root, 'meta', 'environment')),
    description: c.doc.text(get(root, 'meta', 'description'))?.value,
  }));
  readLogin(c, get(spec, 'sasl'), url?.value ?? name.value);
}

function readLogin(c: Context, sasl: SyntaxNode | undefined, of: string): void {
  const password = entry(sasl, 'password');
  if (password === undefined || !isScalar(password.value) || !isMap(sasl)) return;
  const { value: node } = password;
  if (!isLiteralSecret(node.text)) return;
  c.facts.push(defined<CredentialFact>({
    kind: 'credential', dialect, extent: nodeRange(c.file, sasl), of, where: 'sasl.password',
    protocol: 'kafka',
    user: c.doc.text(get(sasl, 'username')), secret: contentRange(c.file, node),
  }));
}

/** A topic's file names its cluster: equal names of topics in two clusters stay two topics. */
function nameCluster(c: Context, root: MapNode, seen: Set<string>): void {
  const name = c.doc.text(get(root, 'meta', 'cluster'));
  if (name === undefined || seen.has(name.value)) return;
  seen.add(name.value);
  c.facts.push(defined<BrokerFact>({
    kind: 'broker', dialect, extent: nodeRange(c.file, get(root, 'meta') ?? root), name,
    protocol: { value: 'kafka', at: name.at }, environment: c.doc.text(get(root, 'meta', 'environment')),
  }));
}

function readTopic(c: Context, root: MapNode, spec: SyntaxNode | undefined): void {
  const address = c.doc.text(get(root, 'meta', 'name'));
  if (address === undefined) return;
  const broker = c.doc.text(get(root, 'meta', 'cluster'));
  const extent = nodeRange(c.file, root);
  // 0 is the tool's word for "not set".
  const minutes = c.doc.value(get(spec, 'retentionMinutes'), numberOf);
  const retention: Said<number> = minutes === undefined || minutes === 'open' ? minutes
    : minutes.value > 0 ? { value: minutes.value * 60_000, at: minutes.at } : undefined;
  c.facts.push(defined<ChannelFact>({
    kind: 'channel', dialect, extent, address, protocol: 'kafka', broker,
    settings: withSettings(topicSettings(c.doc.lookup(get(spec, 'settings'))), {
      partitions: c.doc.count(get(spec, 'partitions')), replicas: c.doc.count(get(spec, 'replicationFactor')),
      retention,
    }),
    description: c.doc.text(get(root, 'meta', 'description'))?.value.trim(),
  }));
  for (const service of c.doc.list(get(root, 'meta', 'consumers'))) {
    const place = nodeRange(c.file, get(root, 'meta', 'consumers') ?? root);
    c.facts.push({ kind: 'service', dialect, extent: place, name: service });
    c.facts.push(defined({
      kind: 'consume' as const, dialect, extent: place, service, protocol: 'kafka' as const, settings: {},
      channel: defined({ name: address, protocol: 'kafka' as const, broker: broker?.value }),
      note: 'meta.consumers lists who is expected to consume the topic.',
    }));
  }
}

function known<T>(said: Said<T>): Sourced<T> | undefined {
  return said === 'open' ? undefined : said;
}
