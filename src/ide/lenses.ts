import type { Channel } from '../model/model';
import type { FileId, SourceRange } from '../text/range';
import type { Ide } from './context';
import { consumersOf, producersOf, usersOf } from './users';

/** A line of words above a declaration. */
export interface Lens {
  readonly at: SourceRange;
  readonly title: string;
  readonly action: 'references' | 'tail' | 'show-in-graph';
  readonly channel: string;
  /** The places to show for `references`. */
  readonly places: readonly SourceRange[];
}

/** On each channel that a file declares: who uses it, tail it, show it. */
export function lenses(ide: Ide, file: FileId): readonly Lens[] {
  return ide.model.channels
    .flatMap((channel) => {
      const place = channel.declarations.find((fact) => fact.address.at.file === file)?.address.at;
      return place ? channelLenses(channel, place) : [];
    })
    .sort((a, b) => a.at.start - b.at.start);
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
  return [
    lens(usersOf(channel), 'references', users),
    lens('Tail', 'tail'),
    lens('Show in graph', 'show-in-graph'),
  ];
}
