import type { Sourced } from '../../text/range';
import type { ChannelRef } from '../../model/facts';
import { get, isMap, type SyntaxNode } from '../../syntax/tree';
import { known, type Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';

/** Kinds that hold events until somebody takes them; all else that is named as a sink is a program. */
const channelKinds = /^(Broker|.*Channel|KafkaSink|Sequence|Parallel)$/;

/**
 * How files call a broker, channel or sink: with its namespace where they say it, since the name `default` is
 * in most of them.
 */
export function placeName(name: Sourced<string>, namespace: string | undefined): Sourced<string> {
  return namespace === undefined ? name : { ...name, value: `${namespace}/${name.value}` };
}

/** A place of Knative's own; whether a broker that others know is behind it, only its declaration says. */
export function refTo(name: Sourced<string>): ChannelRef {
  return { name, onlyNamed: true };
}

/** Where events go: to a channel, or to a program by its service's name. */
export type Destination =
  | { readonly channel: ChannelRef; readonly kind: string }
  | { readonly service: Sourced<string> };

/**
 * A `Destination` of Knative: `ref`, `uri`, or before v1 the reference itself; older ones said `channel` or
 * `broker`.
 */
export function destinationOf(
  ask: Asking, resource: Resource, node: SyntaxNode | undefined,
): Destination | undefined {
  const ref = get(node, 'ref') ?? get(node, 'channel') ?? node;
  const name = isMap(ref) ? ask.text(get(ref, 'name')) : undefined;
  if (name !== undefined) {
    const kind = ask.text(get(ref, 'kind'))?.value ?? 'Service';
    if (!channelKinds.test(kind)) return { service: name };
    const namespace = ask.text(get(ref, 'namespace'))?.value ?? resource.namespace;
    return { kind, channel: refTo(placeName(name, namespace)) };
  }
  const uri = known(ask.said(get(node, 'uri')));
  const host = uri && /^https?:\/\/([a-z0-9][a-z0-9-]*)(?:[.:/]|$)/i.exec(uri.value);
  if (!uri || !host?.[1]) return undefined;
  return brokerIngress(uri) ?? { service: { value: host[1], at: uri.at } };
}

/** `http://broker-ingress.knative-eventing.svc.cluster.local/<namespace>/<name>`: a broker's own address. */
function brokerIngress(uri: Sourced<string>): Destination | undefined {
  const path = /^https?:\/\/(?:kafka-)?broker-ingress\.[^/]+\/([^/?#]+)\/([^/?#]+)/.exec(uri.value);
  if (path?.[1] === undefined || path[2] === undefined) return undefined;
  return { kind: 'Broker', channel: refTo({ value: `${path[1]}/${path[2]}`, at: uri.at }) };
}
