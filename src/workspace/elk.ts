import ElkConstructor from 'elkjs/lib/elk.bundled.js';
import type { Elk } from '../graph/elk';

/**
 * The layout engine in this process, for a drawing that is written once and watched by nobody; the
 * panel has it in a worker. It weighs 1.5 MB, so it is a bundle of its own that is loaded late.
 */
export function createElk(): Elk {
  return new ElkConstructor() as unknown as Elk;
}
