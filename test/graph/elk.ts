import ElkConstructor from 'elkjs/lib/elk.bundled.js';
import type { Elk } from '../../src/graph/layout';

/** The real layout engine, on this thread. */
export const elk = new ElkConstructor() as unknown as Elk;
