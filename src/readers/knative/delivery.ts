import type { Sourced } from '../../text/range';
import type { ChannelRef, Fact, RouteFact, ServiceFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { get, type SyntaxNode } from '../../syntax/tree';
import { known, type Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { dialect } from './dialect';
import { destinationOf } from './names';

/** What becomes of events that are not taken: how often they are sent again, and where they go then. */
export interface Delivery {
  readonly onFailure: ConsumeSettings['onFailure'];
  /** The channel for dead letters, if they go to a channel. */
  readonly target: ChannelRef | undefined;
  /** The program for dead letters, if they go to a program. */
  readonly program: Sourced<string> | undefined;
  readonly note: string | undefined;
}

/** `spec.delivery` of a broker, trigger, channel or subscription. */
export function deliveryOf(ask: Asking, resource: Resource, node: SyntaxNode | undefined): Delivery {
  const retry = known(ask.number(get(node, 'retry')));
  const policy = ask.text(get(node, 'backoffPolicy'));
  const delay = ask.text(get(node, 'backoffDelay'));
  const sink = destinationOf(ask, resource, get(node, 'deadLetterSink'));
  const target = sink !== undefined && 'channel' in sink ? sink.channel : undefined;
  const program = sink !== undefined && 'service' in sink ? sink.service : undefined;
  const words = [policy?.value, delay?.value].filter((w) => w !== undefined).join(' ');
  const after = retry === undefined ? '' : ` after ${retry.value} more attempts`;
  const onFailure = defined({
    retries: retry, backoff: policy === undefined && delay === undefined ? undefined
      : { value: words, at: (policy ?? delay)!.at },
    deadLetter: target?.name,
  });
  return {
    target, program, onFailure: Object.keys(onFailure).length === 0 ? undefined : onFailure,
    note: program && `Events that are not taken go to ${program.value}${after}.`,
  };
}

/** The routes and programs of dead letters. */
export function deadLetterFacts(delivery: Delivery, from: ChannelRef, resource: Resource): Fact[] {
  const { target, program } = delivery;
  const by = resource.name && `${resource.kind} ${resource.name.value}`;
  return [
    ...(target === undefined ? [] : [defined<RouteFact>({
      kind: 'route', route: 'dead-letter', dialect, extent: resource.extent, from, to: target, by,
    })]),
    ...(program === undefined ? [] : [defined<ServiceFact>({
      kind: 'service', dialect, extent: program.at, name: program,
      note: by && `It takes the dead letters of ${by}.`,
    })]),
  ];
}
