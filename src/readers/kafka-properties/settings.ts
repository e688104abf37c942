import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { resolvePlaceholders } from '../../syntax/placeholder';
import { isMap, isScalar, type Entry, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { oneOf } from '../shared/places';
import { prefixes } from './keys';

/** A properties file's entries by key; of duplicates the last, as Java reads them. */
export class Properties {
  /** Values that no client takes, by the place of their keys. */
  readonly wrong = new Map<number, WrongValue>();
  private readonly byKey = new Map<string, Entry>();

  constructor(readonly file: SourceFile, root: SyntaxNode | undefined) {
    for (const entry of isMap(root) ? root.entries : []) this.byKey.set(entry.key.text, entry);
  }

  get entries(): readonly Entry[] {
    return [...this.byKey.values()];
  }

  /**
   * The first of these keys that is written, with its value; placeholders without a default count as not
   * said.
   */
  text(...keys: readonly string[]): Sourced<string> | undefined {
    for (const key of keys) {
      const entry = this.byKey.get(key);
      const node = entry?.value;
      if (!isScalar(node) || node.text.trim() === '') continue;
      const resolved = resolvePlaceholders(node.text.trim());
      if (resolved.unresolved.length > 0) continue;
      return { value: resolved.text, at: rangeIn(this.file, node.start, node.end) };
    }
    return undefined;
  }

  /** Like `text`, but looks for the keys of an inner producer or consumer first. */
  inner(kind: 'producer' | 'consumer', keys: readonly string[], bare: boolean): Sourced<string> | undefined {
    const prefixed = prefixes[kind].flatMap((prefix) => keys.map((key) => prefix + key));
    return this.text(...prefixed, ...(bare ? keys : []));
  }

  entry(key: string): Entry | undefined {
    return this.byKey.get(key);
  }

  /** The entry that `inner` reads, also where its value cannot be told. */
  private innerEntry(
    kind: 'producer' | 'consumer', keys: readonly string[], bare: boolean,
  ): Entry | undefined {
    const prefixed = prefixes[kind].flatMap((prefix) => keys.map((key) => prefix + key));
    for (const key of [...prefixed, ...(bare ? keys : [])]) {
      const entry = this.byKey.get(key);
      if (isScalar(entry?.value) && entry.value.text.trim() !== '') return entry;
    }
    return undefined;
  }

  /** Settings that are written, but not understood; those without a placeholder are wrong. */
  open(
    kind: 'producer' | 'consumer', names: Readonly<Record<string, readonly string[]>>, read: object,
    bare: boolean,
  ): { open?: readonly string[] } {
    const open = Object.entries(names).flatMap(([name, keys]) => {
      const isRead = (read as Record<string, unknown>)[name] !== undefined;
      const entry = isRead ? undefined : this.innerEntry(kind, keys, bare);
      if (entry === undefined || !isScalar(entry.value)) return [];
      const { text, start, end } = entry.value;
      if (resolvePlaceholders(text.trim()).unresolved.length === 0 && !taken(entry.key.text, text.trim())) {
        const at = rangeIn(this.file, start, end);
        this.wrong.set(entry.key.start, { key: entry.key.text, value: text.trim(), at });
      }
      return [name];
    });
    return open.length === 0 ? {} : { open };
  }
}

/** A value that no client takes. */
interface WrongValue {
  readonly key: string;
  readonly value: string;
  readonly at: SourceRange;
}

/** What the model has no words for: Kafka 4's offset of a time ago, librdkafka's number of replicas. */
function taken(key: string, value: string): boolean {
  return /^by_duration:/i.test(value) || (key.endsWith('request.required.acks') && /^\d+$/.test(value));
}

/** The keys of the settings that decide delivery: Java's, then librdkafka's. */
const producerNames = {
  acks: ['acks', 'request.required.acks'],
  idempotence: ['enable.idempotence'],
  maxInFlight: ['max.in.flight.requests.per.connection', 'max.in.flight'],
  retries: ['retries', 'message.send.max.retries'],
};
const consumerNames = {
  autoCommit: ['enable.auto.commit'],
  autoOffsetStore: ['enable.auto.offset.store'],
  isolation: ['isolation.level'],
  offsetReset: ['auto.offset.reset'],
  maxPollRecords: ['max.poll.records'],
  maxPollInterval: ['max.poll.interval.ms'],
};

/**
 * @param bare false for files whose keys without prefix are not the inner client's (Connect's `group.id`).
 */
export function producerSettings(p: Properties, bare: boolean): PublishSettings {
  const read = (...keys: string[]): Sourced<string> | undefined => p.inner('producer', keys, bare);
  const settings = defined<PublishSettings>({
    clientId: read('client.id'),
    acks: acksOf(read(...producerNames.acks)),
    idempotence: yesNo(read(...producerNames.idempotence)),
    maxInFlight: whole(read(...producerNames.maxInFlight)),
    retries: whole(read(...producerNames.retries)),
    deliveryTimeout: whole(read('delivery.timeout.ms', 'message.timeout.ms')),
    requestTimeout: whole(read('request.timeout.ms')),
    linger: whole(read('linger.ms', 'queue.buffering.max.ms')),
    transactionalId: read('transactional.id'),
    partitioner: read('partitioner.class', 'partitioner'),
  });
  return { ...settings, ...p.open('producer', producerNames, settings, bare) };
}

export function consumerSettings(p: Properties, bare: boolean): ConsumeSettings {
  const read = (...keys: string[]): Sourced<string> | undefined => p.inner('consumer', keys, bare);
  const settings = defined<ConsumeSettings>({
    clientId: read('client.id'),
    group: read('group.id'),
    autoCommit: yesNo(read(...consumerNames.autoCommit)),
    autoOffsetStore: yesNo(read(...consumerNames.autoOffsetStore)),
    isolation: oneOf(lower(read(...consumerNames.isolation)), ['read_committed', 'read_uncommitted']),
    offsetReset: resetOf(lower(read(...consumerNames.offsetReset))),
    maxPollRecords: whole(read(...consumerNames.maxPollRecords)),
    maxPollInterval: whole(read(...consumerNames.maxPollInterval)),
  });
  return { ...settings, ...p.open('consumer', consumerNames, settings, bare) };
}

function acksOf(value: Sourced<string> | undefined): Sourced<'0' | '1' | 'all'> | undefined {
  if (value === undefined) return undefined;
  const acks = ({ '0': '0', '1': '1', all: 'all', '-1': 'all' } as const)[value.value.toLowerCase() as '0'];
  return acks === undefined ? undefined : { value: acks, at: value.at };
}

/** librdkafka has several words for each (CONFIGURATION, auto.offset.reset). */
const resets = {
  earliest: 'earliest', smallest: 'earliest', beginning: 'earliest', latest: 'latest', largest: 'latest',
  end: 'latest',
  none: 'none', error: 'none',
} as const;

function resetOf(value: Sourced<string> | undefined): ConsumeSettings['offsetReset'] {
  if (value === undefined || !Object.hasOwn(resets, value.value)) return undefined;
  return { value: resets[value.value as keyof typeof resets], at: value.at };
}

function yesNo(value: Sourced<string> | undefined): Sourced<boolean> | undefined {
  const word = value?.value.toLowerCase();
  return value !== undefined && (word === 'true' || word === 'false')
    ? { value: word === 'true', at: value.at } : undefined;
}

function whole(value: Sourced<string> | undefined): Sourced<number> | undefined {
  return value !== undefined && /^-?\d+$/.test(value.value)
    ? { value: Number(value.value), at: value.at } : undefined;
}

function lower(value: Sourced<string> | undefined): Sourced<string> | undefined {
  return value && { value: value.value.toLowerCase(), at: value.at };
}
