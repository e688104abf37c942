import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { connectRpc } from '../protocol/rpc';
import type { Remote, RpcPeer } from '../protocol/rpc';
import type { LiveEvents, LiveFunctions, TailStatus } from '../protocol/tail';
import { log, logFailure } from './log';

/** How long the worker may take to remove what its taps made, in ms. */
const SHUTDOWN_TIME = 4000;

interface Running {
  readonly worker: Worker;
  readonly peer: RpcPeer<LiveFunctions>;
}

/** The thread that talks to brokers: started on first use, started anew by the next use after it died. */
export class LiveWorker implements vscode.Disposable {
  private running: Running | undefined;
  private readonly statusEmitter = new vscode.EventEmitter<{ readonly id: string; readonly status: TailStatus }>();
  readonly onStatus = this.statusEmitter.event;
  private readonly diedEmitter = new vscode.EventEmitter<string>();
  /** The worker ended by itself, with the reason; all its tails are gone. */
  readonly onDied = this.diedEmitter.event;

  /** Why the last worker ended by itself; undefined while one runs. */
  lastDeath: string | undefined;

  /** @param ledgerFolder where the worker writes down what its taps have made, to remove it after a crash */
  constructor(private readonly script: string, private readonly ledgerFolder: string) {}

  /** The worker's functions; starts it where it does not run. */
  get remote(): Remote<LiveFunctions> {
    return (this.running ??= this.launch()).peer.remote;
  }

  /** As `remote`, but undefined where nothing runs, for calls that only end something. */
  get remoteIfRunning(): Remote<LiveFunctions> | undefined {
    return this.running?.peer.remote;
  }

  private launch(): Running {
    this.lastDeath = undefined;
    // Its output would otherwise land on the extension host's own.
    const worker = new Worker(this.script, {
      stdout: true, stderr: true, name: 'tailrace-live', workerData: { ledgerFolder: this.ledgerFolder },
    });
    const events: LiveEvents = {
      status: (id, status) => this.statusEmitter.fire({ id, status }),
      log: (level, text) => log()[level](`live: ${text}`),
    };
    const peer = connectRpc<LiveFunctions>(
      {
        post: (message) => worker.postMessage(message),
        listen: (listener) => {
          worker.on('message', listener);
          return () => worker.off('message', listener);
        },
      },
      events,
      (method, error) => logFailure(`live worker, ${method}`, error),
    );
    const running: Running = { worker, peer };
    let reason = 'the live worker ended';
    worker.stderr.on('data', (chunk: Buffer) => log().warn(`live: ${chunk.toString('utf8').trimEnd()}`));
    worker.stdout.on('data', (chunk: Buffer) => log().info(`live: ${chunk.toString('utf8').trimEnd()}`));
    worker.on('error', (error) => {
      reason = `the live worker failed: ${error.message}`;
      logFailure('live worker', error);
    });
    worker.on('exit', () => {
      const isOurs = this.running === running;
      // Known before those who wait are told.
      if (isOurs) this.lastDeath = reason;
      peer.dispose();
      if (!isOurs) return;
      this.running = undefined;
      this.diedEmitter.fire(reason);
    });
    return running;
  }

  /** Lets the taps remove what they made, then ends the thread. */
  async stop(): Promise<void> {
    const running = this.running;
    this.running = undefined;
    if (!running) return;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, SHUTDOWN_TIME)));
    await Promise.race([running.peer.remote.shutdown(), timeout])
      .catch((error: unknown) => logFailure('Ending the live worker', error));
    clearTimeout(timer);
    running.peer.dispose();
    await running.worker.terminate();
  }

  dispose(): void {
    this.statusEmitter.dispose();
    this.diedEmitter.dispose();
    void this.stop();
  }
}
