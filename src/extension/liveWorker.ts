import { Worker } from 'node:worker_threads';
import type { FiguresReport } from '../protocol/figures';
import type { PublishProgress } from '../protocol/publish';
import { connectRpc } from '../protocol/rpc';
import type { Remote, RpcPeer } from '../protocol/rpc';
import type { LiveEvents, LiveFunctions, TailStatus } from '../protocol/tail';
import { Signal } from './signal';

/** How long the worker may take to remove what its taps made, in ms. */
const SHUTDOWN_TIME = 4000;

/** Where the worker's words go. */
export interface WorkerLog {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

export interface LiveWorkerOptions {
  /** The bundled worker. */
  readonly script: string;
  /** Where the worker writes down what its taps have made, to remove it after a crash. */
  readonly ledgerFolder: string;
  readonly log: WorkerLog;
}

interface Running {
  readonly worker: Worker;
  readonly peer: RpcPeer<LiveFunctions>;
}

/** The thread that talks to brokers: started on first use, started anew by the next use after it died. */
export class LiveWorker {
  private running: Running | undefined;
  private readonly told = new Signal<{ readonly id: string; readonly status: TailStatus }>();
  private readonly figured = new Signal<{ readonly id: string; readonly report: FiguresReport }>();
  private readonly published = new Signal<{ readonly id: string; readonly progress: PublishProgress }>();
  private readonly died = new Signal<string>();
  readonly onStatus = this.told.on;
  readonly onFigures = this.figured.on;
  readonly onPublishing = this.published.on;
  /** The worker ended by itself, with the reason; all its tails are gone. */
  readonly onDied = this.died.on;
  /** Why the last worker ended by itself; undefined while one runs. */
  lastDeath: string | undefined;

  constructor(private readonly options: LiveWorkerOptions) {}

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
    const { script, ledgerFolder, log } = this.options;
    const worker = new Worker(script, {
      stdout: true,
      stderr: true,
      // Node's warnings about the clients' libraries are no news for the user.
      execArgv: ['--no-warnings'],
      name: 'tailrace-live',
      workerData: { ledgerFolder },
    });
    const events: LiveEvents = {
      status: (id, status) => this.told.fire({ id, status }),
      figures: (id, report) => this.figured.fire({ id, report }),
      publishing: (id, progress) => this.published.fire({ id, progress }),
      log: (level, text) => log[level](`live: ${text}`),
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
      (method, error) => log.error(`live worker, ${method}: ${String(error)}`),
    );
    const running: Running = { worker, peer };
    let reason = 'the live worker ended';
    worker.stderr.on('data', (chunk: Buffer) => log.warn(`live: ${chunk.toString('utf8').trimEnd()}`));
    worker.stdout.on('data', (chunk: Buffer) => log.info(`live: ${chunk.toString('utf8').trimEnd()}`));
    worker.on('error', (error) => {
      reason = `the live worker failed: ${error.message}`;
      log.error(`live worker: ${error.stack ?? error.message}`);
    });
    worker.on('exit', () => {
      const isOurs = this.running === running;
      // Known before those who wait are told.
      if (isOurs) this.lastDeath = reason;
      peer.dispose();
      if (!isOurs) return;
      this.running = undefined;
      this.died.fire(reason);
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
    await Promise.race([running.peer.remote.shutdown(), timeout]).catch((error: unknown) =>
      this.options.log.warn(`Ending the live worker: ${String(error)}`),
    );
    clearTimeout(timer);
    running.peer.dispose();
    await running.worker.terminate();
  }

  dispose(): void {
    this.told.clear();
    this.figured.clear();
    this.published.clear();
    this.died.clear();
    void this.stop();
  }
}
