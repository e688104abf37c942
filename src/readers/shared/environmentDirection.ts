import type { Sourced } from '../../text/range';
import type { ChannelFact, ChannelRef, Fact } from '../../model/facts';
import { defined } from './defined';
import { wordsOf } from './namedTopics';

type Direction = 'publish' | 'consume';

const consumers: ReadonlySet<string> = new Set(['consumer', 'consumers', 'subscriber', 'subscribers', 'listener']);
const producers: ReadonlySet<string> = new Set(['producer', 'producers', 'publisher', 'publishers']);

/**
 * Takes the one topic that a program's variables name for the one that it consumes or publishes to, where the
 * program's name says which of the two it does. Settings of a consumer alone tell nothing: a program with a
 * group may well publish to the topic that it names.
 * @param named what variables say of channels: edges, and channels of which they say no direction.
 */
export function directed(named: readonly Fact[], service: Sourced<string> | undefined): readonly Fact[] {
  const channels = named.filter((fact) => fact.kind === 'channel');
  const first = channels[0];
  if (service === undefined || first === undefined || channels.length !== named.length) return named;
  if (channels.some((c) => c.address.value !== first.address.value || c.protocol !== first.protocol)) return named;
  const direction = byName(service);
  return direction === undefined ? named : [edgeOf(first, service, direction)];
}

function byName(service: Sourced<string>): Direction | undefined {
  const words = wordsOf(service.value);
  const [consumes, publishes] = [consumers, producers].map((set) => words.some((word) => set.has(word)));
  if (consumes === publishes) return undefined;
  return consumes === true ? 'consume' : 'publish';
}

function edgeOf(fact: ChannelFact, service: Sourced<string>, direction: Direction): Fact {
  const { dialect, extent, protocol, address } = fact;
  const channel = defined<ChannelRef>({ name: address, protocol, space: fact.space, broker: fact.broker?.value });
  const before = fact.inferred?.replace(/, and not who publishes or consumes\.$/, '') ?? 'A variable names it';
  const inferred = `${before}; the program's own name says the direction.`;
  const base = { dialect, extent, service, channel, settings: {}, inferred };
  return defined<Fact>({ ...base, kind: direction, protocol });
}
