import { own } from '../text/own';
import type { FlowModel } from '../model/model';
import type { BrokerSettings, SettingName } from '../model/settings';
import type { InsertPlace } from '../model/facts';
import type { Fix } from '../text/problem';
import type { SourceRange } from '../text/range';

const kafkaKeys: Partial<Record<SettingName, string>> = {
  acks: 'acks', idempotence: 'enable.idempotence', autoCommit: 'enable.auto.commit', isolation: 'isolation.level',
  offsetReset: 'auto.offset.reset', group: 'group.id', autoOffsetStore: 'enable.auto.offset.store',
  maxInFlight: 'max.in.flight.requests.per.connection', retries: 'retries', transactionalId: 'transactional.id',
  deliveryTimeout: 'delivery.timeout.ms', maxPollRecords: 'max.poll.records', maxPollInterval: 'max.poll.interval.ms',
};

/** How each dialect writes a setting. */
const ownKeys: Readonly<Record<string, Partial<Record<SettingName, string>>>> = {
  'kafka-properties': kafkaKeys,
  // Attributes of SmallRye's connectors; `auto-acknowledgement` takes other words than the setting.
  microprofile: {
    ...kafkaKeys, confirms: 'publish-confirms', qos: 'qos', cleanStart: 'auto-clean-session', clientId: 'client-id',
    awaitResult: 'waitForWriteCompletion',
  },
  spring: {
    acks: 'acks', idempotence: 'properties.enable.idempotence', autoCommit: 'enable-auto-commit',
    isolation: 'isolation-level', offsetReset: 'auto-offset-reset', group: 'group-id', retries: 'retries',
    maxInFlight: 'properties.max.in.flight.requests.per.connection', transactionalId: 'transaction-id-prefix',
    deliveryTimeout: 'properties.delivery.timeout.ms', maxPollRecords: 'max-poll-records',
    maxPollInterval: 'properties.max.poll.interval.ms',
  },
  julie: {
    partitions: 'num.partitions', replicas: 'replication.factor', minInsyncReplicas: 'min.insync.replicas',
    cleanup: 'cleanup.policy', uncleanLeaderElection: 'unclean.leader.election.enable',
  },
  'kafka-gitops': {
    replicas: 'replication', minInsyncReplicas: 'min.insync.replicas', cleanup: 'cleanup.policy',
    uncleanLeaderElection: 'unclean.leader.election.enable',
  },
  topicctl: {
    replicas: 'replicationFactor', minInsyncReplicas: 'min.insync.replicas', cleanup: 'cleanup.policy',
    uncleanLeaderElection: 'unclean.leader.election.enable',
  },
};

/** Dialects that write settings by the flow file's keys and words. */
const flowWords: ReadonlySet<string> = new Set(['flow', 'asyncapi', 'rabbitmq-definitions']);

/**
 * False for dialects that have words of their own for values (`ack_replicas: true` is `acks=all`), or defaults of
 * their own, which stand nowhere: what is read there cannot be written back. A dialect is known to be writable
 * when its keys are in the table.
 */
function isWritable(dialect: string): boolean {
  return flowWords.has(dialect) || own(ownKeys, dialect) !== undefined;
}

/** The key of a setting in a dialect; undefined where the dialect cannot say it. */
export function dialectKey(dialect: string, setting: SettingName): string | undefined {
  const keys = own(ownKeys, dialect);
  return keys === undefined ? setting : keys[setting];
}

/**
 * Fixes that write a setting into a publish, consume, channel or broker, at the first of its declarations that has a
 * place for it. Safe ones only make the file say what it already declares to want.
 */
export function insertFix(
  declared: Insertable, setting: SettingName | keyof BrokerSettings, value: string, safe: boolean,
): Fix[] {
  for (const fact of declared.facts) {
    const key = dialectKey(fact.dialect, setting as SettingName);
    const place = fact.insert;
    if (key === undefined || place === undefined || !isWritable(fact.dialect)) continue;
    const [name, word] = place.quoted === true ? [quoted(key), quoted(value)] : [key, value];
    const newText = place.before + name + place.separator + word + place.after;
    return [{ title: `Set ${key} to ${value}`, safe: safe && mayBeUnseen(fact.dialect, setting), edits: [{ at: place.at, newText }] }];
  }
  return [];
}

/** What has declarations of which some may have a place for a further setting. */
export interface Insertable {
  readonly facts: readonly { readonly dialect: string; readonly insert?: InsertPlace }[];
}

/** Dialects that a running client reads: a change there changes what a program does. */
const configuring: ReadonlySet<string> = new Set(['kafka-properties', 'microprofile', 'spring']);

/** Settings that do harm unless the code goes along: without commits of its own a consumer begins anew each time. */
const coded: ReadonlySet<string> = new Set<SettingName>([
  'autoCommit', 'autoOffsetStore', 'commit', 'ack', 'ackPolicy', 'confirms', 'mandatory',
]);

/** False where a fix needs somebody who looks at the code. */
function mayBeUnseen(dialect: string | undefined, setting: string): boolean {
  return dialect === undefined || !configuring.has(dialect) || !coded.has(setting);
}

/** A time as the file at the place writes it: with a unit in a flow file, as bare milliseconds where clients read it. */
export function durationWord(model: FlowModel, at: SourceRange, milliseconds: number): string {
  const dialect = model.files.get(at.file)?.dialect;
  if (dialect !== undefined && !flowWords.has(dialect)) return String(milliseconds);
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** As JSON writes it: numbers and booleans as they are. */
function quoted(value: string): string {
  return /^(true|false|-?\d+)$/.test(value) ? value : JSON.stringify(value);
}

/** Settings whose values are words in every file: what stands in JSON's quotes is replaced, not the quotes. */
const wordy: ReadonlySet<string> = new Set<SettingName>(['ackPolicy', 'commit', 'ack']);

/**
 * Fixes that put another value in the place of a declared one. In JSON a word would need quotes where
 * a number stood, and the place does not tell: there only numbers, booleans and what can only
 * be a word are replaced.
 */
export function replaceFix(model: FlowModel, at: SourceRange, setting: string, value: string, safe: boolean): Fix[] {
  const file = model.files.get(at.file);
  if (file !== undefined && !isWritable(file.dialect)) return [];
  const isJson = file?.path.toLowerCase().endsWith('.json') === true;
  if (isJson && !wordy.has(setting) && !/^(true|false|\d+)$/.test(value)) return [];
  const own = file && ownKeys[file.dialect];
  const key = own === undefined ? setting : own[setting as SettingName];
  if (key === undefined) return [];
  return [{ title: `Set ${key} to ${value}`, safe: safe && mayBeUnseen(file?.dialect, setting), edits: [{ at, newText: value }] }];
}
