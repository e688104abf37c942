import { defaultWords } from '../delivery/words';
import type { ClientInfo } from '../delivery/clients';
import { edgeClient } from '../delivery/effective';
import type { Channel, Consume, Publish } from '../model/model';
import type { Protocol, Setting } from '../model/settings';
import type { Origin } from './wants';

/** `topic orders.placed`, `queue mail`: the protocol's word and the address. */
export function channelWords(channel: Channel): string {
  return `${channel.kind} ${channel.address === '' ? '(default)' : channel.address}`;
}

/** `checkout publishes to topic orders.placed`, `billing consumes queue mail`; without a channel just the verb. */
export function edgeWords(edge: Publish | Consume): string {
  const verb = edge.kind === 'publish' ? 'publishes' : 'consumes';
  if (edge.channel === undefined) return `${edge.service.name} ${verb}`;
  return `${edge.service.name} ${verb} ${edge.kind === 'publish' ? 'to ' : ''}${channelWords(edge.channel)}`;
}

/**
 * True if the edge is of that protocol, or of none that a file tells: then its settings alone decide,
 * as each is of one protocol, and nothing is known of defaults.
 */
export function speaks(edge: Publish | Consume, protocol: Protocol): boolean {
  return edge.protocol === undefined || edge.protocol === protocol;
}

/**
 * True if a file that could say how the client behaves declares the edge. Access rules and lists of topics name a
 * program and a topic; to assume the weakest client for each of them would accuse programs that nobody has seen.
 */
export function couldSaySettings(edge: Publish | Consume): boolean {
  return edge.facts.some((fact) => fact.dialect === 'flow' || fact.dialect === 'asyncapi');
}

/** Where a setting's value comes from; undefined if it is not known at all. */
export function originOf(setting: Setting<unknown> | undefined): Origin | undefined {
  if (setting === undefined || setting.from === 'unknown') return undefined;
  if (setting.from === 'declared') return 'written';
  return setting.assumed === true ? 'assumed' : 'default';
}

/** Why an edge's setting has its default, as the end of a sentence. */
export function reasonOf(edge: Publish | Consume, setting: Setting<unknown> | undefined): string {
  return defaultWords(setting, edgeClient(edge));
}

/** `the Java client`, but `kafkajs`: names of products take no article. */
export function clientWords(client: ClientInfo): string {
  return `${/(client|connector)$/.test(client.label) ? 'the ' : ''}${client.label}`;
}

/** `a`, `a and b`, `a, b and 3 more`: at most three names, so that a message stays one sentence. */
export function listWords(names: readonly string[]): string {
  if (names.length <= 3) {
    return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  }
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

/** The overflow behaviour as it is written, and what becomes of it in a queue that does not know it. */
export function overflowWords(channel: Channel, works: string): string {
  const written = channel.settings.overflow?.value ?? works;
  return written === works ? works : `${written}, which a quorum queue takes for ${works}`;
}
