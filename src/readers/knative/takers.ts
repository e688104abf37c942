import type { Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, Fact, PublishFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { get, isMap, isScalar, type SyntaxNode } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { mapsIn } from '../shared/document';
import { deadLetterFacts, deliveryOf, type Delivery } from './delivery';
import { dialect } from './dialect';
import { destinationOf, placeName, refTo } from './names';
import { brokerClass, isKafkaClass } from './places';

/** A `Trigger`: the program that takes events of a broker, and which of them. */
export function triggerFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const { name, namespace, root } = resource;
  const spec = get(root, 'spec');
  // Before v1 the broker could be left out.
  const said = ask.text(get(spec, 'broker')) ?? ask.text(get(spec, 'brokerRef', 'name'));
  if (said === undefined) return [];
  const channel = refTo(placeName(said, namespace));
  const broker = all.find((r) => r.kind === 'Broker' && r.name?.value === said.value
    && r.namespace === namespace);
  const own = get(spec, 'delivery');
  const delivery = own === undefined && broker !== undefined
    ? { ...deliveryOf(ask, broker, get(broker.root, 'spec', 'delivery')), target: undefined,
      program: undefined, note: undefined }
    : deliveryOf(ask, resource, own);
  const group = broker !== undefined && isKafkaClass(brokerClass(broker)) && name !== undefined
    && namespace !== undefined
    ? { value: `knative-trigger-${namespace}-${name.value}`, at: name.at } : undefined;
  return [
    ...taken(ask, resource, channel, get(spec, 'subscriber'), delivery, filterNote(ask, spec), group),
    ...deadLetterFacts(delivery, channel, resource),
  ];
}

/** A `Subscription`: the program that takes the events of a channel, and where its answers go. */
export function subscriptionFacts(ask: Asking, resource: Resource): Fact[] {
  const spec = get(resource.root, 'spec');
  const name = ask.text(get(spec, 'channel', 'name'));
  if (name === undefined) return [];
  const channel = refTo(placeName(name, resource.namespace));
  const delivery = deliveryOf(ask, resource, get(spec, 'delivery'));
  const subscriber = get(spec, 'subscriber');
  return [
    ...taken(ask, resource, channel, subscriber, delivery),
    ...answers(ask, resource, subscriber, get(spec, 'reply')),
    ...deadLetterFacts(delivery, channel, resource),
  ];
}

/** A `Sequence`: programs one after the other, with a channel before each. */
export function sequenceFacts(ask: Asking, resource: Resource): Fact[] {
  const { name, namespace, root } = resource;
  const steps = mapsIn(get(root, 'spec', 'steps'));
  if (name === undefined) return [];
  const place = placeName(name, namespace);
  const before = (i: number): ChannelRef =>
    refTo({ value: i === 0 ? place.value : `${place.value}-kn-sequence-${i}`, at: name.at });
  return [
    { kind: 'channel', dialect, extent: resource.extent, address: place, onlyNamed: true, settings: {},
      note: 'A sequence of Knative: what is sent to it goes through its steps.' },
    ...steps.flatMap((step, i): Fact[] => {
      const delivery = deliveryOf(ask, resource, get(step, 'delivery'));
      const target = destinationOf(ask, resource, step);
      const service = target !== undefined && 'service' in target ? target.service : undefined;
      const next: Fact[] = service === undefined ? [] : i + 1 < steps.length
        ? [answer(resource, service, before(i + 1))]
        : answers(ask, resource, step, get(root, 'spec', 'reply'));
      return [...taken(ask, resource, before(i), step, delivery), ...next,
        ...deadLetterFacts(delivery, before(i), resource)];
    }),
  ];
}

/** A `Parallel`: programs side by side, each with its own filter and answers. */
export function parallelFacts(ask: Asking, resource: Resource): Fact[] {
  const { name, namespace, root } = resource;
  if (name === undefined) return [];
  const place = placeName(name, namespace);
  const reply = get(root, 'spec', 'reply');
  return [
    { kind: 'channel', dialect, extent: resource.extent, address: place, onlyNamed: true, settings: {},
      note: 'Branches of Knative: what is sent to it goes to all of them.' },
    ...mapsIn(get(root, 'spec', 'branches')).flatMap((branch): Fact[] => {
      const delivery = deliveryOf(ask, resource, get(branch, 'delivery'));
      const filter = destinationOf(ask, resource, get(branch, 'filter'));
      const note = filter !== undefined && 'service' in filter
        ? `Only events that ${filter.service.value} lets pass.` : undefined;
      return [
        ...taken(ask, resource, refTo(place), get(branch, 'subscriber'), delivery, note),
        ...answers(ask, resource, get(branch, 'subscriber'), get(branch, 'reply') ?? reply),
      ];
    }),
  ];
}

/** The consumption of a subscriber; one that is a channel itself takes part without a program between. */
function taken(
  ask: Asking, resource: Resource, channel: ChannelRef, subscriber: SyntaxNode | undefined,
  delivery: Delivery,
  more?: string, group?: Sourced<string>,
): Fact[] {
  const target = destinationOf(ask, resource, subscriber);
  const by = resource.name && `${resource.kind} ${resource.name.value}`;
  if (target === undefined) return [];
  if ('channel' in target) {
    return [defined<Fact>({ kind: 'route', route: 'mapping', dialect, extent: resource.extent, from: channel,
      to: target.channel, by })];
  }
  const settings = defined<ConsumeSettings>({ group, onFailure: delivery.onFailure });
  const note = [by && `By ${by}.`, more, delivery.note].filter((n) => n !== undefined).join(' ');
  return [
    { kind: 'service', dialect, extent: target.service.at, name: target.service },
    defined<ConsumeFact>({
      kind: 'consume', dialect, extent: resource.extent, service: target.service, channel, settings,
      note: note === '' ? undefined : note,
    }),
  ];
}

/** What a program answers is an event of its own, and goes where `reply` says. */
function answers(
  ask: Asking, resource: Resource, subscriber: SyntaxNode | undefined, reply: SyntaxNode | undefined,
): Fact[] {
  const from = destinationOf(ask, resource, subscriber);
  const to = destinationOf(ask, resource, reply);
  return from === undefined || to === undefined || !('service' in from) || !('channel' in to) ? []
    : [answer(resource, from.service, to.channel)];
}

function answer(resource: Resource, service: Sourced<string>, channel: ChannelRef): PublishFact {
  return {
    kind: 'publish', dialect, extent: resource.extent, service, channel, settings: {},
    inferred: 'What it answers with is sent on.',
  };
}

/** Which events a trigger lets pass, in words. */
function filterNote(ask: Asking, spec: SyntaxNode | undefined): string | undefined {
  const old = get(spec, 'filter', 'attributes');
  const filters = get(spec, 'filters');
  const attributes = isMap(old) ? old.entries : [];
  const words = attributes.flatMap(({ key, value }) => (isScalar(value) ? [`${key.text} ${value.text}`]
    : []));
  if (words.length > 0) return `Only events with ${words.join(', ')}.`;
  if (filters === undefined) return undefined;
  const written = ask.file.text.slice(filters.start, filters.start + 200).slice(0, filters.end - filters.start);
  return `Only events that ${written.replace(/\s+/g, ' ')} lets pass.`;
}
