import ElkConstructor from 'elkjs/lib/elk.bundled.js';
import type { Elk } from '../graph/layout';

/** The layout engine in this process: a command has no screen to keep free. It weighs 1.5 MB, so it is loaded late. */
export function createElk(): Elk {
  return new ElkConstructor() as unknown as Elk;
}
