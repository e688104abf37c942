import type { Session } from './session';
import { inSlices } from './slices';

/** A whole folder is looked through at most this often by itself, in ms; and never more than 5 % of the time. */
const minInterval = 10_000;
const maxShare = 20;

/** Shorter than the slices of those who wait for an answer, in ms. */
const slice = 7;

/**
 * Looks through the folders: at the start, and again now and then, since no client tells of
 * everything (a deleted folder, a file changed while the client slept).
 */
export class Scanner {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private again = false;
  private lastEnd = 0;
  private told = '';
  private lastDuration = 0;

  constructor(
    private readonly session: Session,
    private readonly onChange: () => void,
  ) {}

  /** Looks now. Resolves when done. */
  async scan(): Promise<void> {
    this.again = true;
    this.running ??= this.run().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Looks when enough time has gone by since the last look, or at once. */
  scanSoon(now = false): void {
    if (now) {
      void this.scan();
    } else if (this.timer === undefined) {
      const wait = Math.max(minInterval, this.lastDuration * maxShare) - (performance.now() - this.lastEnd);
      this.timer = setTimeout(
        () => {
          this.timer = undefined;
          void this.scan();
        },
        Math.max(1000, wait),
      );
      this.timer.unref();
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    const start = performance.now();
    try {
      while (this.again) {
        this.again = false;
        await this.look();
      }
    } catch (error) {
      this.session.log(
        `looking through the folders failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
    }
    this.tellLeftOut();
    this.lastEnd = performance.now();
    this.lastDuration = this.lastEnd - start;
    this.onChange();
  }

  /** One line in the log when it is another one than before: somebody may miss a folder that has such a name. */
  private tellLeftOut(): void {
    const { leftOut } = this.session.workspace;
    const names = [...new Set(leftOut.map((path) => path.slice(path.lastIndexOf('/') + 1)))].sort();
    const text = names.length === 0 ? ''
      : `Left out as made by tools: ${leftOut.length} ${leftOut.length === 1 ? 'folder' : 'folders'} (${names.join(', ')}).`;
    if (text !== this.told && text !== '') this.session.tell(text);
    this.told = text;
  }

  /** Finds the files, then reads those that are new, so that no request has to wait for all of them at once. */
  private async look(): Promise<void> {
    const { workspace } = this.session;
    workspace.isScanning = true;
    try {
      await inSlices(workspace.scan(), slice);
      await inSlices(workspace.refresh(), slice);
    } finally {
      workspace.isScanning = false;
    }
  }
}
