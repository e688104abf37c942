import type { Sourced } from '../../text/range';
import type { ChannelRef, ConsumeFact, Fact, ServiceFact } from '../../model/facts';
import type { ConsumeSettings } from '../../model/settings';
import { parseDuration } from '../../model/units';
import { get } from '../../syntax/tree';
import { known, type Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { settingsOf } from '../shared/document';
import { placeOfStream } from './account';
import { dialect } from './dialect';
import { duration } from './stream';

/**
 * A `Consumer`: what the server keeps for whoever reads a stream by that name. The program itself is not
 * named, so that the consumer stands for it.
 */
export function consumerFacts(ask: Asking, resource: Resource, all: readonly Resource[]): Fact[] {
  const spec = get(resource.root, 'spec');
  const place = placeOfStream(ask, resource, all);
  const said = ask.said(get(spec, 'durableName'));
  const name = said === undefined ? resource.name : known(said);
  const stream = ask.text(get(spec, 'streamName'));
  if (name === undefined) return [...place.facts];
  const inferred = 'The consumer does not name the program that uses it, and stands for it.';
  const service = defined<ServiceFact>({
    kind: 'service', dialect, extent: resource.extent, name, inferred,
    description: ask.text(get(spec, 'description'))?.value,
  });
  if (stream === undefined) return [...place.facts, service];
  const backoff = ask.list(get(spec, 'backoff'));
  const first = backoff[0];
  const settings = settingsOf<ConsumeSettings>({
    durable: said === undefined ? undefined : name,
    ackPolicy: ask.word(get(spec, 'ackPolicy'), ['none', 'all', 'explicit']),
    ackWait: duration(ask, get(spec, 'ackWait')), maxDeliver: ask.number(get(spec, 'maxDeliver')),
    maxAckPending: ask.number(get(spec, 'maxAckPending')), queueGroup: ask.said(get(spec, 'deliverGroup')),
  });
  const consume = defined<ConsumeFact>({
    kind: 'consume', dialect, extent: resource.extent, service: name, protocol: 'nats', inferred,
    // A program may have made the stream.
    channel: defined<ChannelRef>({ name: stream, protocol: 'nats', broker: place.broker?.value, mustExist: 'if-near' }),
    client: { value: 'nack', at: name.at },
    settings: first === undefined ? settings : {
      ...settings, onFailure: defined({
        backoff: { value: backoff.map((b) => b.value).join(', '), at: first.at }, delay: delayOf(first),
      }),
    },
    note: noteOf(ask, resource),
  });
  return [...place.facts, service, consume];
}

function delayOf(first: Sourced<string>): Sourced<number> | undefined {
  const value = parseDuration(first.value);
  return value === undefined ? undefined : { value, at: first.at };
}

/** What decides which messages arrive, and how, beyond what is compared. */
function noteOf(ask: Asking, { root }: Resource): string | undefined {
  const spec = get(root, 'spec');
  const filters = [...ask.list(get(spec, 'filterSubject')), ...ask.list(get(spec, 'filterSubjects'))];
  const push = ask.text(get(spec, 'deliverSubject'));
  const policy = ask.text(get(spec, 'deliverPolicy'));
  const pending = known(ask.number(get(spec, 'maxAckPending')));
  const words = [
    filters.length === 0 ? undefined : `Only messages of ${filters.map((f) => f.value).join(', ')}.`,
    push === undefined ? 'The program pulls its messages.' : `The server pushes messages to ${push.value}.`,
    policy === undefined ? undefined : `It starts with deliverPolicy ${policy.value}.`,
    pending === undefined ? undefined : `At most ${pending.value} messages wait for an acknowledgement.`,
  ];
  return words.filter((w) => w !== undefined).join(' ');
}
