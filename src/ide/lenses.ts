import type { ChannelFact } from '../model/facts';
import type { Channel, FlowModel } from '../model/model';
import type { FileId, SourceRange } from '../text/range';
import type { Ide } from './context';
import { consumersOf, producersOf, usersOf } from './users';

/** A line of words above a declaration. */
export interface Lens {
  readonly at: SourceRange;
  readonly title: string;
  readonly action: 'references' | 'tail' | 'show-in-graph' | 'explain';
  readonly channel: string;
  /** The places to show for `references`. */
  readonly places: readonly SourceRange[];
  /** The id of the flow that `explain` explains. */
  readonly flow?: string;
}

interface Declared {
  readonly channel: Channel;
  readonly at: SourceRange;
}

/** By file, made once a model: an editor asks for each of its files. */
const known = new WeakMap<FlowModel, ReadonlyMap<FileId, readonly Declared[]>>();

/** Dialects of programs: a channel that is concluded from a key of theirs is mentioned, not declared. */
const ofPrograms: ReadonlySet<string> = new Set([
  'spring', 'microprofile', 'micronaut', 'kafka-properties', 'docker-compose', 'kubernetes', 'clowder-clowdapp',
]);

/** On each channel that a file declares: who uses it, tail it, show it. */
export function lenses(ide: Ide, file: FileId): readonly Lens[] {
  let byFile = known.get(ide.model);
  if (byFile === undefined) known.set(ide.model, (byFile = declaredIn(ide.model)));
  return [...(byFile.get(file) ?? [])]
    .sort((a, b) => a.at.start - b.at.start)
    .flatMap(({ channel, at }) => channelLenses(channel, at));
}

/** The first declaration of each channel in each file. */
function declaredIn(model: FlowModel): ReadonlyMap<FileId, readonly Declared[]> {
  const found = new Map<FileId, Declared[]>();
  for (const channel of model.channels) {
    const seen = new Set<FileId>();
    for (const fact of channel.declarations) {
      const { at } = fact.address;
      if (isMention(fact) || seen.has(at.file)) continue;
      seen.add(at.file);
      const list = found.get(at.file);
      if (list) list.push({ channel, at });
      else found.set(at.file, [{ channel, at }]);
    }
  }
  return found;
}

function isMention(fact: ChannelFact): boolean {
  return fact.inferred !== undefined && ofPrograms.has(fact.dialect) && Object.keys(fact.settings).length === 0;
}

function channelLenses(channel: Channel, at: SourceRange): readonly Lens[] {
  const users = [...producersOf(channel), ...consumersOf(channel)].map((edge) => edge.at);
  const lens = (title: string, action: Lens['action'], places: readonly SourceRange[] = []): Lens => ({
    at,
    title,
    action,
    channel: channel.id,
    places,
  });
  // The default exchange has no messages of its own, and without a protocol nobody knows whom to ask.
  const isTapped = channel.address !== '' && (channel.protocol ?? channel.broker?.protocol) !== undefined;
  return [
    lens(usersOf(channel), 'references', users),
    ...(isTapped ? [lens('Tail', 'tail')] : []),
    lens('Show in graph', 'show-in-graph'),
  ];
}
