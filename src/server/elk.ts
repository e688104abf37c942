import ElkConstructor from 'elkjs/lib/elk.bundled.js';
import type { Elk } from '../graph/layout';

/** The layout engine in this process, for drawings that are written to a file. */
export function createElk(): Elk {
  return new ElkConstructor() as unknown as Elk;
}
