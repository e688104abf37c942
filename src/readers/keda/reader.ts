import type { SourceRange, Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, Fact, ServiceFact } from '../../model/facts';
import type { ConsumeSettings, Protocol } from '../../model/settings';
import { get, type MapNode } from '../../syntax/tree';
import { known, Asking } from '../kubernetes/asking';
import { brokerOfClient } from '../kubernetes/clientBroker';
import { copies } from '../kubernetes/replicas';
import type { Resource, ResourceFacts, ResourceReader } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { mapsIn, settingsOf, type Said } from '../shared/document';
import { nodeRange } from '../shared/places';

const dialect = 'keda';

/**
 * KEDA scales a workload by the backlog of what it consumes: its triggers name topic and group, queue, or
 * stream and consumer of the program, which says them nowhere else but in its code.
 */
export const keda: ResourceReader = {
  dialect,
  fits: (head) => /\btype"?[ \t]*:[ \t]*["']?(apache-kafka|kafka|rabbitmq|nats-jetstream)\b/.test(head),
  kinds: { 'keda.sh': ['ScaledObject', 'ScaledJob'], 'keda.k8s.io': ['ScaledObject', 'ScaledJob'] },
  read: (resource): ResourceFacts => {
    const ask = new Asking(resource.file);
    return { facts: scaledFacts(ask, resource), skipped: ask.skipped };
  },
};

function scaledFacts(ask: Asking, resource: Resource): Fact[] {
  const spec = get(resource.root, 'spec');
  const service = programOf(ask, resource);
  if (service === undefined) return [];
  const facts = mapsIn(get(spec, 'triggers')).flatMap((trigger) =>
    triggerFacts(ask, resource, service, trigger));
  if (facts.length === 0) return [];
  return [defined<ServiceFact>({ kind: 'service', dialect, extent: resource.extent, name: service,
    instances: copies(resource, get(spec, 'maxReplicaCount')), note: 'KEDA scales it by its backlog.' }), ...facts];
}

/**
 * The workload that is scaled; a job stands for itself. The first versions had a name for it of their own.
 */
function programOf(ask: Asking, resource: Resource): Sourced<string> | undefined {
  if (resource.kind === 'ScaledJob') return resource.name;
  const target = get(resource.root, 'spec', 'scaleTargetRef');
  return ask.text(get(target, 'name') ?? get(target, 'deploymentName'));
}

/** What a trigger says of the consumer, whatever the system. */
interface Found {
  readonly protocol: Protocol;
  readonly name: Sourced<string> | undefined;
  readonly space?: 'queue';
  readonly address: Sourced<string> | undefined;
  readonly settings: ConsumeSettings;
  readonly note?: string | undefined;
}

function triggerFacts(ask: Asking, resource: Resource, service: Sourced<string>, trigger: MapNode): Fact[] {
  const found = foundIn(ask, trigger);
  if (found === undefined) return [];
  const extent: SourceRange = nodeRange(ask.file, trigger);
  const { protocol, name, address } = found;
  const broker = address
    && brokerOfClient({ dialect, resource, protocol, urls: [address], extent: address.at });
  if (name === undefined) return [...(broker ?? [])];
  return [...(broker ?? []), defined<ConsumeFact>({
    kind: 'consume', dialect, extent, service, protocol, settings: found.settings, note: found.note,
    channel: defined<ChannelRef>({ name, protocol, broker: broker?.[0].name.value, space: found.space }),
    inferred: 'It is scaled by the backlog of this, and so is taken to consume it.',
  })];
}

function foundIn(ask: Asking, trigger: MapNode): Found | undefined {
  const metadata = get(trigger, 'metadata');
  const said = (key: string): Said<string> => ask.said(get(metadata, key));
  const text = (key: string): Sourced<string> | undefined => known(said(key));
  switch (ask.text(get(trigger, 'type'))?.value) {
    case 'kafka':
    case 'apache-kafka':
      return {
        protocol: 'kafka', name: text('topic'), address: text('bootstrapServers') ?? text('brokerList'),
        // offsetResetPolicy only tells KEDA how to count; the program may say another.
        settings: settingsOf<ConsumeSettings>({ group: said('consumerGroup') }),
      };
    case 'rabbitmq':
      return { protocol: 'rabbitmq', space: 'queue', name: text('queueName'),
        address: amqpOnly(text('host')), settings: {} };
    case 'nats-jetstream':
      // The endpoint that the trigger names is the server's monitoring, where no client connects.
      return {
        protocol: 'nats', name: text('stream'), address: undefined,
        settings: settingsOf<ConsumeSettings>({ durable: said('consumer') }),
      };
    default: return undefined;
  }
}

/** `host` may also be that of the management interface. */
function amqpOnly(host: Sourced<string> | undefined): Sourced<string> | undefined {
  return host !== undefined && /^https?:/i.test(host.value) ? undefined : host;
}
