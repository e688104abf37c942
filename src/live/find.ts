import type { TailBuffer } from '../brokers/buffer';
import { isFault } from './filterRow';
import type { TailList } from './tailList';

/** The nearest of the view's messages before or after a sequence, which need not be in the view itself. */
export function findFrom(
  buffer: TailBuffer,
  list: TailList,
  seq: number,
  direction: 'next' | 'previous',
  what: 'fault' | 'match',
): number | undefined {
  const fits = (found: number): boolean => what === 'match' || isFault(buffer.noteOf(found));
  if (direction === 'next') {
    for (let n = list.behind({ seq }); n < list.shown; n++) if (fits(list.at(n))) return list.at(n);
  } else {
    for (let n = list.position({ seq }) - 1; n >= 0; n--) if (fits(list.at(n))) return list.at(n);
  }
  return undefined;
}
