import { parentPort, workerData } from 'node:worker_threads';
import { memoryLedger } from '../brokers/ledger';
import type { LiveEvents } from '../protocol/tail';
import { connectRpc, type RpcMessage } from '../protocol/rpc';
import { fileLedger } from './fileLedger';
import { liveFunctions } from './functions';

// The command line loads the same bundle, on its main thread, for what it needs of it.
export * from './index';

/** What the host gives the worker: `new Worker('dist/live.js', { workerData })`. */
export interface LiveWorkerData {
  /** A folder of the extension's own, in which what taps have made is written down. */
  readonly ledgerFolder?: string;
}

/** The live worker: brokers, buffers and decoding, away from the extension host. */
function main(port: NonNullable<typeof parentPort>): void {
  const { ledgerFolder } = (workerData ?? {}) as LiveWorkerData;
  const log: LiveEvents['log'] = (level, text) => peer.notify('log', level, text);
  const functions = liveFunctions(
    {
      ledger: ledgerFolder !== undefined ? fileLedger(ledgerFolder) : memoryLedger(),
      log,
    },
    (id, status) => peer.notify('status', id, status),
    (id, report) => peer.notify('figures', id, report),
    (id, progress) => peer.notify('publishing', id, progress),
  );
  const peer = connectRpc<LiveEvents>(
    {
      post: (message: RpcMessage) => port.postMessage(message),
      listen: (listener) => {
        port.on('message', listener);
        return () => port.off('message', listener);
      },
    },
    functions,
    (method, error) => log('error', `${method} failed: ${String(error)}`),
  );

  // A client library that fails outside of every promise must not take the other tails with it.
  process.on('uncaughtException', (error) =>
    log('error', `A broker client failed: ${error.stack ?? error.message}`),
  );
  process.on('unhandledRejection', (error) =>
    log('error', `A broker client failed: ${error instanceof Error ? error.stack : String(error)}`),
  );
}

if (parentPort) main(parentPort);
