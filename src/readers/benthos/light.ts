import type { Sourced } from '../../text/range';
import type { ChannelFact, ChannelRef, ConsumeFact, PublishFact } from '../../model/facts';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { parseDuration } from '../../model/units';
import { get } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { settingsOf } from '../shared/document';
import { entryRange } from '../shared/places';
import { baseOf, dialect, kindRange, type Component, type Context } from './context';
import { partsOf } from './kafka';

/** An `mqtt` input: filters with one QoS; the session ends with the connection unless told otherwise. */
export function readMqttInput(c: Context, component: Component): void {
  const { node } = component;
  const broker = brokerOf(c, component, 'mqtt');
  const at = kindRange(c, component);
  const settings = settingsOf<ConsumeSettings>({
    clientId: c.doc.said(get(node, 'client_id')), qos: c.doc.number(get(node, 'qos')) ?? { value: 1, at },
    cleanStart: c.doc.boolean(get(node, 'clean_session')) ?? { value: true, at },
  });
  const notes = [...unset(component, { qos: '1', clean_session: 'true' }), component.note];
  const note = notes.filter((n) => n !== undefined).join(' ');
  for (const name of c.doc.list(get(node, 'topics')).flatMap((item) => partsOf(c.file, item))) {
    c.facts.push(defined<ConsumeFact>({
      kind: 'consume', ...baseOf(c, component, 'mqtt'), channel: ref(name, 'mqtt', broker), settings,
      note: note || undefined,
    }));
  }
}

export function readMqttOutput(c: Context, component: Component): void {
  const { node } = component;
  const broker = brokerOf(c, component, 'mqtt');
  const name = c.doc.text(get(node, 'topic'));
  if (name === undefined) return;
  const notes = [...unset(component, { qos: '1' }), component.note];
  const note = notes.filter((n) => n !== undefined).join(' ');
  c.facts.push(defined<PublishFact>({
    kind: 'publish', ...baseOf(c, component, 'mqtt'), channel: ref(name, 'mqtt', broker),
    note: note || undefined,
    settings: settingsOf<PublishSettings>({
      clientId: c.doc.said(get(node, 'client_id')),
      qos: c.doc.number(get(node, 'qos')) ?? { value: 1, at: kindRange(c, component) },
      retain: c.doc.boolean(get(node, 'retained')),
    }),
  }));
}

/** `nats`, `nats_jetstream` and the old `nats_stream`: a subject, or a whole stream by its name. */
export function readNatsInput(c: Context, component: Component): void {
  const { node, entry } = component;
  const kind = entry.key.text;
  const broker = brokerOf(c, component, 'nats');
  const stream = kind === 'nats_jetstream' ? c.doc.text(get(node, 'stream')) : undefined;
  const subject = c.doc.text(get(node, 'subject'));
  const name = subject ?? stream;
  if (name === undefined) return;
  const created = c.doc.boolean(get(node, 'create_stream'));
  const isCreated = created !== undefined && created !== 'open' && created.value;
  if (stream !== undefined && subject !== undefined && isCreated) {
    c.facts.push(defined<ChannelFact>({
      kind: 'channel', dialect, extent: entryRange(c.file, entry), address: subject, protocol: 'nats',
      broker: broker === undefined ? undefined : { value: broker, at: subject.at },
      settings: { stream: { at: created.at, name: stream, subjects: [subject] } },
      note: 'create_stream makes the stream if there is none.',
    }));
  }
  c.facts.push(defined<ConsumeFact>({
    kind: 'consume', ...baseOf(c, component, 'nats'), channel: ref(name, 'nats', broker),
    client: clientOf(c, component),
    settings: settingsOf<ConsumeSettings>({
      queueGroup: c.doc.said(get(node, 'queue')),
      durable: c.doc.said(get(node, 'durable') ?? get(node, 'durable_name')),
      ackWait: kind === 'nats' ? undefined : c.doc.value(get(node, 'ack_wait'), parseDuration),
    }),
    note: [
      kind === 'nats' ? undefined : 'A message is acknowledged when the outputs have taken it.',
      component.note,
    ].filter((n) => n !== undefined).join(' ') || undefined,
  }));
}

export function readNatsOutput(c: Context, component: Component): void {
  const { node, entry } = component;
  const broker = brokerOf(c, component, 'nats');
  const name = c.doc.text(get(node, 'subject'));
  if (name === undefined) return;
  const waits = entry.key.text !== 'nats';
  c.facts.push(defined<PublishFact>({
    kind: 'publish', ...baseOf(c, component, 'nats'), channel: ref(name, 'nats', broker),
    client: clientOf(c, component),
    settings: { waitForAck: { value: waits, at: kindRange(c, component) } },
    note: [
      waits ? 'The output waits for the server\'s acknowledgement of each message.'
        : 'The nats output publishes without an acknowledgement; nats_jetstream waits for one.',
      component.note,
    ].filter((n) => n !== undefined).join(' '),
  }));
}

function brokerOf(c: Context, { node, entry }: Component, protocol: 'mqtt' | 'nats'): string | undefined {
  return c.brokers.of(protocol, get(node, 'urls'), node, entryRange(c.file, entry));
}

function clientOf(c: Context, component: Component): Sourced<string> {
  return { value: 'nats.go', at: kindRange(c, component) };
}

function ref(name: Sourced<string>, protocol: 'mqtt' | 'nats', broker: string | undefined): ChannelRef {
  return defined<ChannelRef>({ name, protocol, broker });
}

/** Says of keys that are not written what holds for them. */
function unset({ node }: Component, defaults: Readonly<Record<string, string>>): string[] {
  return Object.entries(defaults).flatMap(([key, value]) =>
    (get(node, key) === undefined ? [`${key} is not set; the default is ${value}.`] : []));
}
