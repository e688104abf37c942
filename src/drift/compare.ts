import type { BrokerInventory, InventoryPart } from '../brokers/inventory';
import type { Broker, Channel, FlowModel } from '../model/model';
import { compareProblems } from '../text/problem';
import { tellMissing, tellUnknown } from './channels';
import { compareConsumers } from './consumers';
import type { FileOf } from './fixes';
import { Findings, type DriftProblem, type DriftRow } from './problem';
import { nativeText, realBroker, type RealBroker } from './real';
import { compareRoutes } from './routes';
import { compareSettings } from './settings';
import { inventoryOf, onBroker, type Sides } from './sides';
import { compareSubjects, pairStreams } from './streams';

/** What the files say and what a broker has, side by side. */
export interface Comparison {
  readonly broker: string;
  /** The broker in one line, in its own words. */
  readonly about: string;
  /** What could not be compared and why, a sentence each. */
  readonly notes: readonly string[];
  /** By place. */
  readonly problems: readonly DriftProblem[];
  /** All that was compared, by subject. */
  readonly rows: readonly DriftRow[];
}

export interface CompareOptions {
  readonly fileOf: FileOf;
  /** True where the broker that was asked is a copy for development of the one that files describe. */
  readonly isCopy?: boolean;
}

/** Compares what files say of a broker with what is on it. Neither is changed. */
export function compareBroker(model: FlowModel, broker: Broker, inventory: BrokerInventory, { fileOf, isCopy = false }: CompareOptions): Comparison {
  const protocol = broker.protocol;
  if (protocol === undefined) throw new Error(`no file says which protocol ${broker.name} speaks`);
  const real = realBroker(protocol, inventory, { name: broker.name });
  const findings = new Findings(isCopy);
  findings.notes.push(...inventory.notes);
  if (isCopy) findings.notes.push(`${broker.name} is a copy for development here: what is missing, and settings that differ, count less.`);
  if (protocol === 'mqtt') {
    findings.notes.push(`An MQTT broker has no list of topics, so there is nothing on ${broker.name} to compare with.`);
  }
  const isRead = (part: InventoryPart): boolean => inventory.unread?.includes(part) !== true;
  const pairs = protocol === 'nats' ? pairStreams(broker, real) : pairByName(broker, real);
  const sides: Sides = { model, broker, name: broker.name, real, fileOf, pairs, isRead };
  if (protocol !== 'mqtt') {
    if (isRead('channels')) tellMissing(sides, findings);
    tellUnknown(sides, findings);
    for (const [declared, found] of pairs) comparePair(sides, declared, found, findings);
    compareRoutes(sides, findings);
    compareConsumers(sides, findings);
  }
  return {
    broker: broker.name, about: inventory.about, notes: findings.notes,
    problems: findings.problems.sort(compareProblems), rows: findings.rows.sort(compareRows),
  };
}

function comparePair(sides: Sides, declared: Channel, real: Channel, findings: Findings): void {
  const { model, name, fileOf, isRead } = sides;
  const { protocol } = sides.real;
  const found = inventoryOf(sides.real, real);
  const { explicit = [], settings = {} } = found ?? {};
  const raw = (key: string): string | undefined => found && nativeText(found, key);
  // What RabbitMQ does not list is not set; the others list everything that they let one read.
  const isTold = (key: string): boolean => (protocol === 'rabbitmq' ? isRead('settings') : key === '' || key in settings);
  compareSettings({ protocol, model, broker: name, declared, real, raw, explicit, isTold, fileOf }, findings);
  if (protocol === 'nats') compareSubjects(sides, declared, real, findings);
}

function pairByName(broker: Broker, real: RealBroker): Map<Channel, Channel> {
  const pairs = new Map<Channel, Channel>();
  const byName = new Map(onBroker(real).map((one) => [`${one.space ?? ''} ${one.address}`, one]));
  for (const channel of broker.channels) {
    const found = byName.get(`${spaceOf(channel)} ${channel.address}`);
    if (found !== undefined) pairs.set(channel, found);
  }
  return pairs;
}

/** RabbitMQ's channels lie in one of two name spaces: what nobody says of a name is a queue. */
function spaceOf(channel: Channel): string {
  return channel.space ?? (channel.protocol === 'rabbitmq' ? 'queue' : '');
}

export function compareRows(a: DriftRow, b: DriftRow): number {
  return compareText(a.subject, b.subject) || compareText(a.what, b.what) || compareText(a.real ?? '', b.real ?? '');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
