import { isJavaKafka, type ClientInfo } from '../delivery/clients';
import { edgeClient } from '../delivery/effective';
import { defaultOf } from '../delivery/history';
import { kafkaPublishDefaults } from '../delivery/kafkaDefaults';
import { compareVersions } from '../delivery/version';
import type { Publish } from '../model/model';
import type { Sourced } from '../text/range';
import { clientWords } from './words';

/** A written setting beside which a producer cannot be idempotent. */
export interface Conflict {
  readonly key: 'acks' | 'retries' | 'maxInFlight';
  readonly setting: Sourced<string | number>;
  readonly words: string;
  readonly needed: string;
  readonly value: string;
  readonly cure: string;
}

/** The written setting that idempotence cannot go along with. */
export function conflictOf(publish: Publish): Conflict | undefined {
  const { acks, retries, maxInFlight } = publish.settings;
  const client = edgeClient(publish);
  if (acks !== undefined && acks.value !== 'all') {
    return { key: 'acks', setting: acks, words: `acks=${acks.value}`, needed: 'acks=all', value: 'all', cure: 'acks=all' };
  }
  if (retries?.value === 0) {
    return { key: 'retries', setting: retries, words: 'retries=0', needed: 'retries', value: '2147483647', cure: 'retries to its default or leave it out' };
  }
  // kafkajs and franz-go do not look at it, and sarama wants 1.
  const looksAt = client === undefined || client.id === 'librdkafka' || isJavaKafka(client);
  if (maxInFlight !== undefined && maxInFlight.value > 5 && looksAt) {
    const words = `max.in.flight.requests.per.connection=${maxInFlight.value}`;
    return {
      key: 'maxInFlight', setting: maxInFlight, words, needed: 'at most 5 requests in flight', value: '5',
      cure: 'max.in.flight.requests.per.connection=5',
    };
  }
  return undefined;
}

/** Whether the client has idempotence on where nobody says anything, as the end of a sentence. */
export function idempotentByDefault(client: ClientInfo): { readonly words: string; readonly refusesInFlight: boolean } | undefined {
  if (!isJavaKafka(client) || client.id === 'kafka-connect') return undefined;
  const history = kafkaPublishDefaults[client.id]?.idempotence ?? kafkaPublishDefaults['kafka-java']?.idempotence;
  const found = defaultOf(history, client.label, client.version, [false, true]);
  if (found.from !== 'default') return undefined;
  // Of a client without a version the weakest is assumed; then it is said when the default came in.
  const isAssumed = found.assumed === true;
  if (!isAssumed && !found.value) return undefined;
  const isNew = client.version !== undefined && compareVersions(client.version, '4.0') >= 0;
  return {
    words: isAssumed ? 'the Java client has on by default since 3.0.1' : `${clientWords(client)} ${client.version ?? ''} has on by default`,
    refusesInFlight: isNew,
  };
}

export function isBroken(client: ClientInfo): boolean {
  const { id, version } = client;
  if (id !== 'kafka-java' || version === undefined) return false;
  return compareVersions(version, '3.0.0') === 0 || compareVersions(version, '3.1.0') === 0;
}

/** SmallRye's connector hands acks to the client always, as 1 where nobody sets it: that contradicts idempotence as well. */
export function conflictsUnset(publish: Publish): boolean {
  const { acks, open } = publish.settings;
  return acks === undefined && open?.includes('acks') !== true && edgeClient(publish)?.id === 'smallrye-kafka';
}

/**
 * True where nobody asked for idempotence, and a client that has it by default runs without: `producer/idempotence-off`
 * tells why, and other rules need not. What acks of 0 or 1 do is told by `producer/acks-not-all`.
 */
export function lostIdempotence(publish: Publish): boolean {
  const { idempotence, transactionalId, open, acks } = publish.settings;
  const client = edgeClient(publish);
  if (client === undefined || idempotence !== undefined || transactionalId !== undefined) return false;
  if (open?.includes('idempotence') === true || (acks !== undefined && acks.value !== 'all')) return false;
  return conflictOf(publish) === undefined ? isBroken(client) : idempotentByDefault(client) !== undefined;
}
