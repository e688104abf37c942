import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { resolvePlaceholders } from '../../syntax/placeholder';
import { isMap, isScalar, type Entry, type SyntaxNode } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { oneOf } from '../shared/places';
import { prefixes } from './keys';

/** A properties file's entries by key; of duplicates the last, as Java reads them. */
export class Properties {
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
}

/**
 * @param bare false for files whose keys without prefix are not the inner client's (Connect's `group.id`).
 */
export function producerSettings(p: Properties, bare: boolean): PublishSettings {
  const read = (...keys: string[]): Sourced<string> | undefined => p.inner('producer', keys, bare);
  return defined<PublishSettings>({
    clientId: read('client.id'),
    acks: acksOf(read('acks', 'request.required.acks')),
    idempotence: yesNo(read('enable.idempotence')),
    maxInFlight: whole(read('max.in.flight.requests.per.connection', 'max.in.flight')),
    retries: whole(read('retries', 'message.send.max.retries')),
    deliveryTimeout: whole(read('delivery.timeout.ms', 'message.timeout.ms')),
    requestTimeout: whole(read('request.timeout.ms')),
    linger: whole(read('linger.ms', 'queue.buffering.max.ms')),
    transactionalId: read('transactional.id'),
    partitioner: read('partitioner.class', 'partitioner'),
  });
}

export function consumerSettings(p: Properties, bare: boolean): ConsumeSettings {
  const read = (...keys: string[]): Sourced<string> | undefined => p.inner('consumer', keys, bare);
  return defined<ConsumeSettings>({
    clientId: read('client.id'),
    group: read('group.id'),
    autoCommit: yesNo(read('enable.auto.commit')),
    autoOffsetStore: yesNo(read('enable.auto.offset.store')),
    isolation: oneOf(lower(read('isolation.level')), ['read_committed', 'read_uncommitted']),
    offsetReset: resetOf(lower(read('auto.offset.reset'))),
    maxPollRecords: whole(read('max.poll.records')),
    maxPollInterval: whole(read('max.poll.interval.ms')),
  });
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
