/** elk's worker as Node has it: an object like a worker, on the same thread. */
declare module 'elkjs/lib/elk-worker.min.js' {
  export const Worker: new (url?: string) => globalThis.Worker;
}
