/** What the command line uses without a worker. */
export { fileLedger } from './fileLedger';
export { openTail } from './openTail';
export type { Tail, TailListeners } from './tail';
export { readInventory } from './inventory';
export { lineOf, tailLine } from './line';
export { batchFilter, type BatchFilter } from './batchFilter';
export { Csv } from './export/csv';
