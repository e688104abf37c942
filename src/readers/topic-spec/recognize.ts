import type { SourceFile } from '../../text/sourceFile';
import { maskTemplates } from '../../syntax/template';
import { headOf, isJsonName, isYamlName, outermostKeys } from '../shared/outermost';
import { Document } from '../shared/document';
import { sectionsOf } from './entries';

/** Nobody writes longer registries by hand. */
const maxText = 1 << 21;

/** Files with one of these are of a dialect of their own, even where a topic's keys stand in them. */
const others = new Set([
  'apiVersion', 'kind', 'asyncapi', 'openapi', 'swagger', 'flow', 'spring', 'micronaut', 'quarkus',
  'pipeline', 'AWSTemplateFormatVersion', '$schema', 'stages', 'jobs', 'lockfileVersion', 'terraform',
]);

const topicWord = /topic/i;
const schemaKey = /["']?\b(value|key)[-_.]?(avro)?[-_.]?schema(name|[-_.]name)?["']?[ \t]*:/i;
const topicKey = /["']?\b((input|output|source|target)[-_.]?)?topics?([-_.]?name)?["']?[ \t]*:/i;
const partitionKey = /["']?\b(num[-_.]?)?partitions?([-_.]?count)?["']?[ \t]*:/i;
const replicationKey = /["']?\breplica(s|tion([-_.]?factor)?)["']?[ \t]*:/i;
const nativeKey =
  /["']?\b(retention[-_.]?(ms|bytes|\w+)|cleanup[-_.]?policy|min[-_.]?insync[-_.]?replicas)["']?[ \t]*:/i;
const ioKey = /["']?\binput[-_.]?topics?["']?[ \t]*:/i;

/** True for a home-made list of Kafka topics: the head must show telling keys, then the tree decides. */
export function isTopicSpec(file: SourceFile): boolean {
  if (!isYamlName(file.path) && !isJsonName(file.path)) return false;
  if (file.text.length > maxText) return false;
  const head = headOf(file.text);
  if (!topicWord.test(head) && !topicWord.test(file.path)) return false;
  const telling = [partitionKey, replicationKey, nativeKey].filter((key) => key.test(head)).length;
  const looksRight = telling >= 2 || (topicKey.test(head) && (schemaKey.test(head) || ioKey.test(head)));
  if (!looksRight || [...outermostKeys(head)].some((key) => others.has(key))) return false;
  const plain = { ...file, text: maskTemplates(file.text).text };
  return new Document(plain).roots.some((root) => sectionsOf(root, isTopicsPath(file.path)).length > 0);
}

/** True where the path says that the file is about topics, so that its outermost map may be one of topics. */
export function isTopicsPath(path: string): boolean {
  return /topic|kafka/i.test(path.split('/').slice(-2).join('/'));
}
