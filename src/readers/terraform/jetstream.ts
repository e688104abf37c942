import type { Sourced } from '../../text/range';
import { rangeIn } from '../../text/sourceFile';
import type { BrokerFact, ChannelRef, ConsumeFact, RouteFact } from '../../model/facts';
import type { ConsumeSettings, StreamSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { nameOfHost } from '../shared/kafkaBroker';
import { oneOf } from '../shared/places';
import { parseBrokerUrl } from '../shared/url';
import type { Args } from './args';
import { dialect, madeOf, nested, onlyBroker, type Context, type Made } from './context';
import { noScope } from './evaluate';
import { extentOf } from './topics';

/** The servers of the JetStream provider: the account that its streams lie in. */
export function readNatsProvider(c: Context): void {
  for (const declared of c.tf.declared) {
    if (declared.mode !== 'provider' || declared.label !== 'jetstream') continue;
    const made = madeOf(c, declared, noScope);
    const servers = made.args.text('servers');
    if (servers === undefined) continue;
    const shown = servers.value.split(',').map((s) => parseBrokerUrl(s.trim()).shown);
    const url = { value: shown.join(','), at: servers.at };
    const fact: BrokerFact = {
      kind: 'broker', dialect, extent: made.extent, name: { value: nameOfHost(url.value), at: servers.at },
      url, protocol: { value: 'nats', at: servers.at },
      inferred: 'The provider knows the servers by their addresses.',
    };
    c.brokers.set('provider.jetstream', fact);
    c.facts.push(fact);
  }
}

/** Names of settings that are written but not known. */
function openOf(args: Args, names: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(names)
    .flatMap(([argument, name]) => (args.lookup(argument) === 'open' ? [name] : []));
}

/** The provider counts in seconds; 0 and -1 mean without end. */
function seconds(args: Args, name: string): Sourced<number> | undefined {
  const said = args.number(name);
  return said === undefined || said.value <= 0 ? undefined : { value: said.value * 1_000, at: said.at };
}

function limit(args: Args, name: string): Sourced<number> | undefined {
  const said = args.number(name);
  return said === undefined || said.value < 0 ? undefined : said;
}

export function readStream(c: Context, made: Made): void {
  const { args } = made;
  const name = args.text('name');
  if (name === undefined) return;
  const open = openOf(args, {
    storage: 'storage', replicas: 'replicas', retention: 'retention', discard: 'discard',
    duplicate_window: 'duplicateWindow', max_age: 'maxAge',
  });
  const subjects = args.list('subjects');
  const stream = defined<StreamSettings>({
    at: made.head, name, subjects: subjects.length === 0 ? undefined : subjects,
    storage: oneOf(args.text('storage'), ['file', 'memory']), replicas: args.number('replicas'),
    retention: oneOf(args.text('retention'), ['limits', 'interest', 'workqueue']),
    discard: oneOf(args.text('discard'), ['old', 'new']),
    duplicateWindow: seconds(args, 'duplicate_window'), maxAge: seconds(args, 'max_age'),
    maxMessages: limit(args, 'max_msgs'), maxBytes: limit(args, 'max_bytes'),
    open: open.length === 0 ? undefined : open,
  });
  const broker = onlyBroker(c, 'nats')?.name.value;
  const extent = extentOf(c, made, name.at);
  c.facts.push({ kind: 'channel', dialect, extent, address: name, protocol: 'nats', settings: { stream } });
  for (const [type, route] of [['source', 'stream-source'], ['mirror', 'mirror']] as const) {
    for (const block of nested(c, args, type)) {
      const from = block.text('name');
      if (from === undefined) continue;
      const isElsewhere = block.has('external') || nested(c, block, 'external').length > 0;
      c.facts.push(defined<RouteFact>({
        kind: 'route', dialect, route, extent: block.at,
        from: streamRef(from, isElsewhere ? undefined : broker), to: streamRef(name, broker),
        key: block.text('filter_subject'), by: `stream "${name.value}"`,
      }));
    }
  }
}

function streamRef(name: Sourced<string>, broker: string | undefined): ChannelRef {
  return defined<ChannelRef>({ name, protocol: 'nats', broker });
}

/** A consumer of a stream: whoever works with it goes by its durable name. */
export function readConsumer(c: Context, made: Made): void {
  const { args } = made;
  const stream = streamOf(c, args);
  const service = args.text('durable_name');
  if (stream === undefined || service === undefined) return;
  const open = openOf(args, { ack_policy: 'ackPolicy', ack_wait: 'ackWait', max_delivery: 'maxDeliver', max_ack_pending: 'maxAckPending' });
  const policy = oneOf(args.text('ack_policy'), ['none', 'all', 'explicit']);
  const settings = defined<ConsumeSettings>({
    durable: service,
    // The provider asks for explicit acknowledgements where nothing is written.
    ackPolicy: policy ?? (args.has('ack_policy') ? undefined : { value: 'explicit', at: made.head }),
    ackWait: seconds(args, 'ack_wait'), maxDeliver: limit(args, 'max_delivery'),
    maxAckPending: limit(args, 'max_ack_pending'),
    queueGroup: args.text('delivery_group'), open: open.length === 0 ? undefined : open,
  });
  const inferred = 'The stream has this consumer; who works with it is named after it.';
  c.facts.push({ kind: 'service', dialect, extent: made.extent, name: service, inferred });
  c.facts.push(defined<ConsumeFact>({
    kind: 'consume', dialect, extent: made.extent, service, protocol: 'nats', settings, inferred,
    channel: streamRef(stream, onlyBroker(c, 'nats')?.name.value),
    note: args.has('ack_policy')
      ? undefined : 'ack_policy is not set; the provider then asks for "explicit".',
  }));
}

/** `stream_id` is a stream's id: of a resource in this file, or `JETSTREAM_STREAM_ORDERS`. */
function streamOf(c: Context, args: Args): Sourced<string> | undefined {
  const expression = args.expression('stream_id');
  if (expression?.kind === 'reference' && expression.root === 'jetstream_stream') {
    const declared = c.tf.byAddress.get(`jetstream_stream.${String(expression.steps[0])}`);
    const name = declared && madeOf(c, declared, noScope).args.text('name');
    return name && { value: name.value, at: rangeIn(c.file, expression.start, expression.end) };
  }
  const said = args.text('stream_id');
  return said && { ...said, value: said.value.replace(/^JETSTREAM_STREAM_/, '') };
}
