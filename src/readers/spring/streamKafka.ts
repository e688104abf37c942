import type { ConsumeFact, PublishFact, RouteFact } from '../../model/facts';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import type { Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import { brokerByAddress } from '../shared/kafkaBroker';
import { consumeSettings, publishSettings } from '../shared/kafkaClient';
import { streamsConsume } from '../shared/kafkaStreams';
import type { Lookup } from '../shared/keyed';
import { bindingRetries, type Binding } from './bindings';
import type { Context } from './context';
import { committing } from './kafka';
import { kafkaLookup } from './kafkaLookup';
import { oneOf } from '../shared/places';
import { countOf, Settings } from './settings';

/** Where a binding of the Kafka binder looks its settings up, the first place wins. */
interface Places {
  /** `spring.cloud.stream.kafka.bindings.<name>`, with `kafka.default` beneath. */
  readonly own: Settings;
  /** `spring.cloud.stream.kafka.binder`, of the binder's own environment first. */
  readonly binder: Settings;
  /** `spring.kafka`. */
  readonly boot: Settings;
}

/** @param kind `kafka`, or `kafka.streams`, whose bindings and binder lie below it. */
function placesOf(b: Binding, all: Settings, kind: string): Places {
  const environment = b.binder?.environment ?? new Settings(all.file, []);
  const both = (path: string, name?: string): Settings => {
    const found = [all, environment].map((from) => from.below(path));
    return new Settings(all.file, found.flatMap((one) => (name === undefined ? one : one.section(name)).all));
  };
  const base = `spring.cloud.stream.${kind}`;
  return {
    own: new Settings(all.file, [...both(`${base}.default`).all, ...both(`${base}.bindings`, b.name).all]),
    binder: both(`${base}.binder`), boot: both('spring.kafka'),
  };
}

function lookupOf(places: Places, side: 'producer' | 'consumer'): Lookup {
  const sections = [
    places.own.below(`${side}.configuration`), places.binder.below(`${side}-properties`),
    places.binder.below('configuration'),
  ];
  const boot = kafkaLookup(places.boot, side);
  return (key) => {
    for (const section of sections) {
      const found = section.lookup(key);
      if (found !== undefined) return found;
    }
    return boot(key);
  };
}

/** The broker of the Kafka binder: its `brokers`, else what `spring.kafka` says. The name, if there is one. */
export function binderBroker(c: Context, settings: Settings, boot: string | undefined): string | undefined {
  const base = 'spring.cloud.stream.kafka';
  for (const path of [`${base}.binder`, `${base}.streams.binder`, 'spring.kafka']) {
    const binder = settings.below(path);
    const key = path === 'spring.kafka' ? 'bootstrap-servers' : 'brokers';
    const said = binder.joined(key) ?? binder.joined('configuration.bootstrap.servers');
    if (said === undefined || said === 'open') continue;
    const port = binder.text('default-broker-port')?.value ?? '9092';
    const value = said.value.split(',').map((one) => one.trim()).filter((one) => one !== '')
      .map((one) => (/:\d+$/.test(one) ? one : `${one}:${port}`)).join(',');
    const entry = binder.get(key) ?? binder.get(`${key}[0]`);
    const fact = brokerByAddress(defined({
      dialect: c.dialect, extent: entry?.extent ?? said.at, bootstrap: { value, at: said.at },
      securityProtocol: binder.text(
        'configuration.security.protocol', 'security.protocol', 'properties.security.protocol'),
      registry: binder.text('configuration.schema.registry.url', 'properties.schema.registry.url'),
    }));
    return c.broker(fact);
  }
  return boot;
}

/** The publishes, consumes and dead letters of one binding of the Kafka binder. */
export function kafkaBinding(c: Context, b: Binding, all: Settings, broker: string | undefined): void {
  const kind = b.isStreams ? 'kafka.streams' : 'kafka';
  const places = placesOf(b, all, kind);
  c.skip([...places.own.open, ...b.core.open]);
  const base = {
    dialect: c.dialect, extent: b.extent, service: c.service, protocol: 'kafka' as const,
    ...(b.isEither ? {}
      : { client: { value: b.isStreams ? 'kafka-streams' : 'spring-cloud-stream-kafka', at: b.at } }),
    ...(b.isNamed ? {} : { inferred: `The binding ${b.name} names no destination, so its own name is the topic's.` }),
  };
  const ref = { protocol: 'kafka' as const, ...(broker === undefined ? {} : { broker }) };
  if (b.direction === 'publish') {
    const settings = b.isEither ? {} : publishOf(c, b, places);
    for (const name of b.destinations) {
      c.facts.push(defined<PublishFact>({
        kind: 'publish', ...base, channel: { ...ref, name }, settings, note: `Binding ${b.name}.`,
      }));
    }
    return;
  }
  const { settings, notes } = consumeOf(c, b, places, all);
  const isPattern = places.own.isOn('consumer.destination-is-pattern')?.value === true;
  for (const name of b.destinations) {
    const dead = deadLetter(b, places, name, settings.group);
    c.facts.push(defined<ConsumeFact>({
      kind: 'consume', ...base, note: notes.join(' '),
      channel: { ...ref, name, ...(isPattern ? { match: 'regex' as const } : {}) },
      settings: dead === undefined ? settings
        : { ...settings, onFailure: { ...settings.onFailure, deadLetter: dead.name } },
    }));
    if (dead !== undefined) {
      c.facts.push(defined<RouteFact>({
        kind: 'route', route: 'dead-letter', dialect: c.dialect, extent: dead.extent,
        from: { ...ref, name }, to: { ...ref, name: dead.name }, by: `binding ${b.name}`, inferred: dead.why,
      }));
    }
  }
}

function publishOf(c: Context, b: Binding, places: Places): PublishSettings {
  const settings = publishSettings(lookupOf(places, 'producer'), c.wrong);
  // The binder's own word for acks; a client property wins over it.
  const required = places.binder.text('required-acks');
  const word = required && { '0': '0', '1': '1', '-1': 'all', all: 'all' }[required.value.toLowerCase()];
  const said = word === undefined || required === undefined ? undefined
    : { value: word as '0' | '1' | 'all', at: required.at };
  const clientAcks = ['producer.configuration.acks', 'producer-properties.acks', 'configuration.acks']
    .some((key, i) => (i === 0 ? places.own : places.binder).get(key) !== undefined);
  const key = b.core.text('producer.partition-key-expression');
  const sync = places.own.isOn('producer.sync');
  return defined<PublishSettings>({
    // Without it a send that fails goes to the binding's error channel, if the program listens to that.
    ...settings, awaitResult: sync, ...(said !== undefined && !clientAcks ? { acks: said } : {}),
    transactionalId: places.binder.text('transaction.transaction-id-prefix') ?? settings.transactionalId,
    key: key ?? (places.own.text('producer.message-key-expression')),
  });
}

function consumeOf(
  c: Context, b: Binding, places: Places, all: Settings,
): { settings: ConsumeSettings; notes: string[] } {
  const notes = [`Binding ${b.name}.`];
  if (b.isEither) {
    notes.push('The file has Kafka\'s binder and that of Kafka Streams, and does not say which of them this '
      + 'binding has.');
    return { notes, settings: b.group === undefined ? {} : { group: b.group } };
  }
  const found = consumeSettings(lookupOf(places, 'consumer'), c.wrong);
  if (b.isStreams) {
    const group = applicationId(b, places, all);
    return {
      notes,
      settings: defined<ConsumeSettings>({ ...found, ...streamsConsume(lookupOf(places, 'consumer')), group: group ?? found.group }),
    };
  }
  const said = places.own.below('consumer');
  const manual = said.isOn('auto-commit-offset');
  const commits = committing(said, false);
  if (commits.note !== undefined) notes.push(commits.note);
  const byHand = manual?.value === false ? { value: 'after-processing' as const, at: manual.at } : undefined;
  if (byHand !== undefined) {
    notes.push('auto-commit-offset false: the program acknowledges, and the container commits; taken as after its '
      + 'work.');
  }
  // KafkaMessageChannelBinder takes group and auto-commit from nobody but the binding: no commits by the client,
  // and the group of spring.kafka.consumer means other listeners.
  const isAnonymous = b.group === undefined && !b.hasOpenGroup;
  if (isAnonymous) {
    notes.push('It has no group: each instance is an anonymous consumer, which reads from the latest record and '
      + 'misses what comes while it is down.');
  }
  const own = said.lookup('configuration.enable.auto.commit');
  const open = new Set([
    ...(found.open ?? []), ...(commits.isOpen ? ['commit'] : []),
  ]);
  if (own !== 'open') open.delete('autoCommit');
  // An anonymous consumer's group is made up anew at each start; no other file says it.
  if (b.group === undefined) open.add('group');
  else open.delete('group');
  const start = oneOf(lower(said.text('start-offset')), ['earliest', 'latest']);
  if (start !== undefined) open.delete('offsetReset');
  const reset = start ?? found.offsetReset ?? (open.has('offsetReset') ? undefined
    : { value: isAnonymous ? 'latest' as const : 'earliest' as const, at: b.at, implied: true as const });
  return {
    notes,
    settings: defined<ConsumeSettings>({
      ...found, group: b.group,
      autoCommit: own === undefined ? { value: false, at: b.at } : found.autoCommit,
      commit: commits.commit ?? byHand,
      offsetReset: reset,
      concurrency: countOf(b.core, 'consumer.concurrency'), onFailure: bindingRetries(b),
      open: open.size === 0 ? undefined : [...open],
    }),
  };
}

function lower(said: Sourced<string> | undefined): Sourced<string> | undefined {
  return said && { value: said.value.toLowerCase(), at: said.at };
}

/** A Streams processor's group is its application id: of binding, function or binder, else the program's name. */
function applicationId(b: Binding, places: Places, all: Settings): Sourced<string> | undefined {
  const functionName = /^(.*)-(in|out)-\d+$/.exec(b.name)?.[1];
  return places.own.text('consumer.application-id')
    ?? (functionName === undefined ? undefined : places.binder.text(`functions.${functionName}.application-id`))
    ?? places.binder.text('application-id', 'configuration.application.id')
    ?? all.text('spring.kafka.streams.application-id', 'spring.application.name');
}

interface DeadLetter {
  readonly name: Sourced<string>;
  readonly extent: RouteFact['extent'];
  readonly why?: string;
}

/** `enable-dlq` sends what fails to `dlq-name`, else to `error.<destination>.<group>`. */
function deadLetter(
  b: Binding, places: Places, destination: Sourced<string>, group: Sourced<string> | undefined,
): DeadLetter | undefined {
  const consumer = places.own.below('consumer');
  const on = consumer.isOn('enable-dlq');
  const handler = ['deserialization-exception-handler', 'consumer.deserialization-exception-handler']
    .map((key, i) => (i === 0 ? places.binder : places.own).text(key))
    .find((said) => said !== undefined && /^(send-?to-?dlq)$/i.test(said.value));
  const from = on?.value === true ? on : b.isStreams ? handler : undefined;
  if (from === undefined) return undefined;
  const key = on?.value === true ? consumer.get('enable-dlq') : undefined;
  const extent = key?.extent ?? from.at;
  const name = consumer.lookup('dlq-name');
  if (name === 'open') return undefined;
  if (name !== undefined) return { name, extent: consumer.get('dlq-name')?.extent ?? extent };
  // Anonymous consumers have no dead letters.
  if (group === undefined) return undefined;
  return {
    name: { value: `error.${destination.value}.${group.value}`, at: from.at }, extent,
    why: 'Without dlq-name the Kafka binder sends failed records to error.<destination>.<group>.',
  };
}
