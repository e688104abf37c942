import type { Publish } from '../model/model';
import type { SourceRange } from '../text/range';
import type { ClientId } from './clients';
import { edgeClient } from './effective';
import { compareVersions } from './version';

/** What turns a record's key into its partition; `none` is a partitioner that does not look at the key. */
export type KeyHash = 'murmur2' | 'CRC32' | 'FNV-1a' | 'legacy' | 'none';

/** How a publish places keys, and whether somebody wrote it. */
export interface Placing {
  readonly hash: KeyHash;
  /** `partitioner consistent`, `librdkafka: CRC32 by default`: for messages. */
  readonly words: string;
  readonly at?: SourceRange;
}

/** Partitioners by name, in lower case and without a Java package. */
const byName: Readonly<Record<string, KeyHash>> = {
  // librdkafka's (CONFIGURATION.md), and Redpanda Connect's.
  consistent: 'CRC32', consistent_random: 'CRC32', murmur2: 'murmur2', murmur2_random: 'murmur2', murmur2_hash: 'murmur2',
  fnv1a: 'FNV-1a', fnv1a_random: 'FNV-1a', fnv1a_hash: 'FNV-1a', random: 'none', round_robin: 'none',
  // Java's, and kafkajs's DefaultPartitioner since 2.0 with its older name.
  defaultpartitioner: 'murmur2', javacompatiblepartitioner: 'murmur2', legacypartitioner: 'legacy',
  roundrobinpartitioner: 'none', uniformstickypartitioner: 'none',
};

interface Own {
  readonly hash: KeyHash;
  readonly words: string;
}

const java: Own = { hash: 'murmur2', words: 'murmur2' };

/**
 * What clients do where nobody says otherwise.
 *
 * librdkafka: CONFIGURATION.md, `partitioner`. sarama: config.go, NewHashPartitioner. franz-go: config.go,
 * UniformBytesPartitioner, whose hasher is Kafka's. All that embed the Java client do as it does.
 */
const byClient: Partial<Record<ClientId, Own>> = {
  'kafka-java': java, 'spring-kafka': java, 'smallrye-kafka': java, 'kafka-streams': java, 'kafka-connect': java,
  'franz-go': java,
  librdkafka: { hash: 'CRC32', words: 'CRC32' },
  sarama: { hash: 'FNV-1a', words: 'FNV-1a' },
};

/** How a Kafka publish chooses the partition of a key; undefined where nobody can tell. */
export function placingOf(publish: Publish): Placing | undefined {
  const { partitioner, open } = publish.settings;
  if (partitioner !== undefined) {
    const name = partitioner.value.slice(partitioner.value.lastIndexOf('.') + 1).toLowerCase();
    const hash = Object.hasOwn(byName, name) ? byName[name] : undefined;
    return hash && { hash, words: `partitioner ${partitioner.value}`, at: partitioner.at };
  }
  const client = edgeClient(publish);
  if (client === undefined || open?.includes('partitioner')) return undefined;
  // Its KafkaJS-like interface sets murmur2_random, its other one nothing: a file does not tell which is used.
  if (/kafka-javascript$/i.test(client.written.replace(/[@ ][\d.]+$/, ''))) return undefined;
  const own = client.id === 'kafkajs' ? kafkajs(client.version) : byClient[client.id];
  return own && { hash: own.hash, words: `${client.label}: ${own.words} by default` };
}

/** Until 2.0 its murmur2 was not Java's (its migration guide). */
function kafkajs(version: string | undefined): Own | undefined {
  if (version === undefined) return undefined;
  return compareVersions(version, '2.0') >= 0 ? java : { hash: 'legacy', words: 'LegacyPartitioner' };
}
