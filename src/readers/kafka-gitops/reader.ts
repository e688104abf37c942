import type { SourceFile } from '../../text/sourceFile';
import type { ChannelFact, Fact } from '../../model/facts';
import type { Reader, ReadResult } from '../../model/reader';
import { entry, get, isMap, type Entry, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { Document, inFileOrder, withSettings } from '../shared/document';
import { topicSettings } from '../shared/kafkaTopic';
import { entryRange } from '../shared/places';
import { readAcls } from './acls';
import { dialect, type Context } from './context';
import { isKafkaGitops } from './recognize';
import { readService } from './services';

/** State files of kafka-gitops: topics, and who may read and write them. */
export const kafkaGitops: Reader = { dialect, recognizes: isKafkaGitops, read: readState };

function readState(file: SourceFile): ReadResult {
  const doc = new Document(file);
  const root = doc.roots.find(isMap);
  const facts: Fact[] = [];
  if (root !== undefined) {
    const names = entriesOf(root, 'topics').map((e) => e.key.text);
    const c: Context = { doc, file, facts, topics: new Set(names) };
    const replication = get(root, 'settings', 'topics', 'defaults', 'replication');
    for (const topic of entriesOf(root, 'topics')) readTopic(c, topic, replication);
    for (const service of entriesOf(root, 'services')) readService(c, service);
    for (const key of ['customServiceAcls', 'customUserAcls'] as const) {
      for (const owner of entriesOf(root, key)) readAcls(c, owner, key);
    }
  }
  return { facts: inFileOrder(facts), problems: doc.problems, skipped: doc.skipped };
}

function readTopic(c: Context, topic: Entry, replication: SyntaxNode | undefined): void {
  const address = c.doc.text(topic.key);
  if (address === undefined) return;
  const own = get(topic.value, 'replication');
  // Of a state that is split into files the default stands in another one; the tool demands one of the two.
  const replicas = c.doc.count(own ?? replication) ?? 'open';
  const configs = topicSettings(c.doc.lookup(get(topic.value, 'configs')));
  c.facts.push(defined<ChannelFact>({
    kind: 'channel', dialect, extent: entryRange(c.file, topic), address, protocol: 'kafka',
    settings: withSettings(configs, {
      partitions: c.doc.count(get(topic.value, 'partitions')), replicas,
    }),
    note: own === undefined && replication !== undefined
      ? 'The replication is that of settings.topics.defaults.' : undefined,
  }));
}

function entriesOf(root: MapNode, key: string): readonly Entry[] {
  const map = entry(root, key)?.value;
  return isMap(map) ? map.entries : [];
}

