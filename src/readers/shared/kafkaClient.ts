import type { SourceRange, Sourced } from '../../text/range';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { defined } from './defined';
import type { Lookup } from './keyed';
import { oneOf } from './places';

/** A value that no client takes. */
export interface WrongValue {
  /** The key as Kafka names it: `acks`, `enable.auto.commit`. */
  readonly key: string;
  readonly value: string;
  readonly at: SourceRange;
}

/** Told of values that clients refuse. */
export type OnWrong = (wrong: WrongValue) => void;

/** The keys of the settings that decide delivery: the Java client's, then librdkafka's. */
const producerKeys = {
  clientId: ['client.id'],
  acks: ['acks', 'request.required.acks'],
  idempotence: ['enable.idempotence'],
  maxInFlight: ['max.in.flight.requests.per.connection', 'max.in.flight'],
  retries: ['retries', 'message.send.max.retries'],
  deliveryTimeout: ['delivery.timeout.ms', 'message.timeout.ms'],
  requestTimeout: ['request.timeout.ms'],
  linger: ['linger.ms', 'queue.buffering.max.ms'],
  transactionalId: ['transactional.id'],
  partitioner: ['partitioner.class', 'partitioner'],
} as const;

const consumerKeys = {
  clientId: ['client.id'],
  group: ['group.id'],
  autoCommit: ['enable.auto.commit'],
  autoOffsetStore: ['enable.auto.offset.store'],
  isolation: ['isolation.level'],
  offsetReset: ['auto.offset.reset'],
  maxPollRecords: ['max.poll.records'],
  maxPollInterval: ['max.poll.interval.ms'],
} as const;

/**
 * The settings of a producer from Kafka's own keys, wherever a dialect keeps them.
 * @param get looks a key up (`acks`); the first of a setting's keys that is there decides.
 */
export function publishSettings(get: Lookup, onWrong?: OnWrong): PublishSettings {
  const from = reading(get, onWrong);
  const k = producerKeys;
  const settings = defined<PublishSettings>({
    clientId: from.value('clientId', k.clientId, text),
    acks: from.value('acks', k.acks, acksOf),
    idempotence: from.value('idempotence', k.idempotence, yesNo),
    maxInFlight: from.value('maxInFlight', k.maxInFlight, whole),
    retries: from.value('retries', k.retries, whole),
    deliveryTimeout: from.value('deliveryTimeout', k.deliveryTimeout, whole),
    requestTimeout: from.value('requestTimeout', k.requestTimeout, whole),
    linger: from.value('linger', k.linger, decimal),
    transactionalId: from.value('transactionalId', k.transactionalId, text),
    partitioner: from.value('partitioner', k.partitioner, text),
  });
  return from.open.length === 0 ? settings : { ...settings, open: from.open };
}

/** The settings of a consumer from Kafka's own keys. */
export function consumeSettings(get: Lookup, onWrong?: OnWrong): ConsumeSettings {
  const from = reading(get, onWrong);
  const k = consumerKeys;
  const settings = defined<ConsumeSettings>({
    clientId: from.value('clientId', k.clientId, text),
    group: from.value('group', k.group, text),
    autoCommit: from.value('autoCommit', k.autoCommit, yesNo),
    autoOffsetStore: from.value('autoOffsetStore', k.autoOffsetStore, yesNo),
    isolation: from.value('isolation', k.isolation, (v) => oneOf(lower(v), ['read_committed', 'read_uncommitted'])),
    offsetReset: from.value('offsetReset', k.offsetReset, resetOf),
    maxPollRecords: from.value('maxPollRecords', k.maxPollRecords, whole),
    maxPollInterval: from.value('maxPollInterval', k.maxPollInterval, whole),
  });
  return from.open.length === 0 ? settings : { ...settings, open: from.open };
}

interface Reading {
  readonly open: string[];
  value<T>(
    setting: string, keys: readonly string[], parse: (written: Sourced<string>) => Sourced<T> | undefined,
  ): Sourced<T> | undefined;
}

function reading(get: Lookup, onWrong: OnWrong | undefined): Reading {
  const open: string[] = [];
  return {
    open,
    value(setting, keys, parse) {
      for (const key of keys) {
        const found = get(key);
        if (found === undefined) continue;
        const value = found === 'open' ? undefined : parse(found);
        if (value !== undefined) return value;
        open.push(setting);
        if (found !== 'open' && !isTaken(key, found.value)) onWrong?.({ key, value: found.value, at: found.at });
        return undefined;
      }
      return undefined;
    },
  };
}

/** What clients take and the model has no words for: Kafka 4's offset of a time ago, librdkafka's number of replicas. */
function isTaken(key: string, value: string): boolean {
  return /^by_duration:/i.test(value) || (key === 'request.required.acks' && /^\d+$/.test(value));
}

/** What a key takes, for a message. */
export function allowedValues(key: string): string {
  if (key.endsWith('acks')) return 'all, 1 or 0';
  if (key === 'isolation.level') return 'read_committed or read_uncommitted';
  if (key === 'auto.offset.reset') return 'earliest, latest or none';
  return key.startsWith('enable.') ? 'true or false' : 'a whole number';
}

function text(written: Sourced<string>): Sourced<string> {
  return written;
}

function acksOf(written: Sourced<string>): Sourced<'0' | '1' | 'all'> | undefined {
  const words = { '0': '0', '1': '1', all: 'all', '-1': 'all' } as const;
  const word = written.value.toLowerCase();
  return Object.hasOwn(words, word) ? { value: words[word as keyof typeof words], at: written.at } : undefined;
}

/** librdkafka has several words for each (CONFIGURATION, auto.offset.reset). */
const resets = {
  earliest: 'earliest', smallest: 'earliest', beginning: 'earliest', latest: 'latest', largest: 'latest',
  end: 'latest', none: 'none', error: 'none',
} as const;

function resetOf(written: Sourced<string>): ConsumeSettings['offsetReset'] {
  const word = written.value.toLowerCase();
  return Object.hasOwn(resets, word) ? { value: resets[word as keyof typeof resets], at: written.at } : undefined;
}

/** A boolean as Kafka's clients read it. */
export function yesNo(written: Sourced<string>): Sourced<boolean> | undefined {
  const word = written.value.toLowerCase();
  return word === 'true' || word === 'false' ? { value: word === 'true', at: written.at } : undefined;
}

/** A whole number. */
export function whole(written: Sourced<string>): Sourced<number> | undefined {
  return /^-?\d{1,15}$/.test(written.value) ? { value: Number(written.value), at: written.at } : undefined;
}

/** librdkafka takes fractions of milliseconds for `linger.ms`. */
function decimal(written: Sourced<string>): Sourced<number> | undefined {
  return /^\d{1,12}(\.\d{1,6})?$/.test(written.value) ? { value: Number(written.value), at: written.at } : undefined;
}

function lower(value: Sourced<string>): Sourced<string> {
  return { value: value.value.toLowerCase(), at: value.at };
}
