import { baseName, type SourceFile } from '../../text/sourceFile';
import { isBrokerConfiguration, isMirrorMaker } from '../kafka-broker/recognize';
import {
  brokerKeys, clientKeys, connectKeys, consumerKeys, otherKeys, prefixes, producerKeys, streamsKeys,
  type Role,
} from './keys';

const fileName = /\.properties(\.(template|tpl|tmpl|example|sample|dist|in|j2))?$/i;

/** `kcat.conf`, `librdkafka.config`, `getting_started.ini`: lines of keys and values with other endings. */
const otherName = /\.(conf|config|cfg|cnf|ini)$/i;

const addressLine = /^[ \t]*(?:bootstrap\.servers|metadata\.broker\.list)[ \t]*[=:]/m;
/** Blocks in braces and tags are other formats, in which Kafka's keys may stand too. */
const otherFormat = /^[ \t]*<\w|\{[ \t]*\r?$/m;

/** Client files are short; a generated one of this size still is. */
const looked = 1 << 16;
const maxKeys = 400;

const roleName: readonly [RegExp, Role][] = [
  [/producer/i, 'producer'], [/consumer/i, 'consumer'],
  [/connect-(distributed|standalone)|worker/i, 'connect'], [/streams?\b/i, 'streams'],
];

/** What a file of Kafka's properties configures. */
export type Kind = 'mirror-maker' | 'broker' | 'client';

/** True for settings of Kafka's clients, brokers and MirrorMaker, by their keys. */
export function isKafkaProperties(file: SourceFile): boolean {
  if (fileName.test(file.path)) return kindOf(file.path, keysIn(file.text)) !== undefined;
  if (!otherName.test(file.path)) return false;
  const text = head(file.text);
  return addressLine.test(text) && !otherFormat.test(text) && kindOf(file.path, keysIn(text)) === 'client';
}

function head(text: string): string {
  return text.length > looked ? text.slice(0, looked) : text;
}

/** Undefined for files of other kinds: ZooKeeper, loggers, connectors, programs. */
export function kindOf(path: string, keys: ReadonlySet<string>): Kind | undefined {
  if (isMirrorMaker(keys)) return 'mirror-maker';
  if (isBrokerConfiguration(keys)) return 'broker';
  return rolesOf(path, keys).length > 0 ? 'client' : undefined;
}

/**
 * What the keys configure; a producer file may be a consumer file too. Empty for files of other kinds.
 * Keys decide; where they only say that it is a client, its name may say which.
 */
export function rolesOf(path: string, keys: ReadonlySet<string>): Role[] {
  if (has(keys, brokerKeys) || has(keys, otherKeys)) return [];
  const client = has(keys, clientKeys);
  if (keys.has('key.converter') && (client || count(keys, connectKeys) >= 2)) return ['connect'];
  if (keys.has('application.id') && (client || count(keys, streamsKeys) >= 2)) return ['streams'];
  const named = roleName.find(([pattern]) => pattern.test(baseName(path)))?.[1];
  const publishes = count(keys, producerKeys, prefixes.producer);
  const consumes = count(keys, consumerKeys, prefixes.consumer);
  // Without a client's own key, single words such as `acks` or `retries` may be anybody's.
  if (!client && publishes + consumes < 2) return [];
  const roles: Role[] = [];
  if (publishes > 0) roles.push('producer');
  if (consumes > 0) roles.push('consumer');
  if (roles.length > 0) return roles;
  return [named === undefined || named === 'connect' || named === 'streams' ? 'client' : named];
}

/** The keys of a properties text, found without parsing values. */
export function keysIn(text: string): Set<string> {
  const keys = new Set<string>();
  for (const match of head(text).matchAll(/^[ \t]*([^#!=:\s][^=:\s]*)[ \t]*[=:\s]/gm)) {
    keys.add(match[1] ?? '');
    if (keys.size > maxKeys) break;
  }
  return keys;
}

function has(keys: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  for (const key of wanted) if (keys.has(key)) return true;
  return false;
}

function count(
  keys: ReadonlySet<string>, wanted: ReadonlySet<string>, before: readonly string[] = [],
): number {
  let found = 0;
  for (const key of keys) {
    const prefix = before.find((p) => key.startsWith(p));
    if (wanted.has(key) || (prefix !== undefined && wanted.has(key.slice(prefix.length)))) found++;
  }
  return found;
}
