import type { Channel } from '../model/model';
import type { FileId, SourceRange } from '../text/range';
import type { Ide } from './context';

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
  return ide.model.channels.flatMap((channel) => {
    const place = channel.declarations.find((fact) => fact.address.at.file === file)?.address.at;
    return place ? channelLenses(channel, place) : [];
  }).sort((a, b) => a.at.start - b.at.start);
}

function channelLenses(channel: Channel, at: SourceRange): readonly Lens[] {
  const users = [...channel.publishes, ...channel.consumes].map((edge) => edge.at);
  const lens = (title: string, action: Lens['action'], places: readonly SourceRange[] = []): Lens =>
    ({ at, title, action, channel: channel.id, places });
  return [
    lens(usersOf(channel), 'references', users),
    lens('Tail', 'tail'),
    lens('Show in graph', 'show-in-graph'),
  ];
}

/** `2 producers · 3 consumers`: services, since one service may name a channel in several files. */
export function usersOf(channel: Channel): string {
  const count = (edges: readonly { readonly service: { readonly name: string } }[], one: string): string => {
    const n = new Set(edges.map((edge) => edge.service.name)).size;
    return `${n} ${one}${n === 1 ? '' : 's'}`;
  };
  return `${count(channel.publishes, 'producer')} · ${count(channel.consumes, 'consumer')}`;
}
