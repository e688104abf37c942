/** What the command line uses without a worker. */
export { openTail, type Tail, type TailListeners } from './openTail';
export { decoderFor, type Decoder } from './decoder';
export { tailLine } from './line';
export { fileLedger } from './fileLedger';
