import ElkApi from 'elkjs/lib/elk-api.js';
import { Worker } from 'elkjs/lib/elk-worker.min.js';
import type { Elk } from '../graph/elk';

/**
 * The layout engine in this process, for a drawing that is written once and watched by nobody; the
 * panel has it in a worker. It weighs 1.5 MB, so it is loaded late, from the file that the panel has.
 */
export function createElk(): Elk {
  return new ElkApi({ workerFactory: () => new Worker() }) as unknown as Elk;
}
