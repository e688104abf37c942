import type { Diagnostic } from 'vscode-languageserver';
import type { FileId } from '../text/range';
import type { Snapshot } from '../workspace/snapshot';
import { ruleDocs } from './docs';
import type { Session } from './session';

/** Work goes on without a pause for this long, in ms; then waiting requests have their turn. */
const slice = 15;

/** However slow an analysis is, a reader who stops typing waits no longer than this before it starts, in ms. */
const maxDelay = 150;

/**
 * Tells the client of problems. Changes that come while one is being worked on, or before work on it
 * began, are taken together: only the newest state is published, with the versions it was made of.
 */
export class DiagnosticsPublisher {
  private readonly published = new Map<FileId, string>();
  private timer?: NodeJS.Timeout;
  private running = false;
  private again = false;
  private lastDuration = 0;
  private lastEnd = 0;
  private revision = -1;

  /** @param onChange called after each publication of a new state. */
  constructor(
    private readonly session: Session,
    private readonly onChange: () => void,
  ) {}

  /**
   * Something changed: publish soon. The first change after a rest is worked on at once; while changes
   * follow each other, half of the time is left for what else the editor asks.
   */
  schedule(): void {
    this.again ||= this.running;
    if (this.running || this.timer !== undefined) return;
    const rested = performance.now() - this.lastEnd > this.lastDuration;
    const wait = rested ? 0 : Math.min(this.lastDuration, maxDelay);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.run();
    }, wait);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    this.running = true;
    this.again = false;
    try {
      const { workspace } = this.session;
      let worked = 0;
      let since = performance.now();
      for (const steps = workspace.work(); ;) {
        const step = steps.next();
        const now = performance.now();
        if (step.done) {
          this.lastDuration = worked + now - since;
          await this.publish(step.value);
          break;
        }
        if (now - since > slice) {
          worked += now - since;
          await new Promise((resolve) => setImmediate(resolve));
          since = performance.now();
        }
      }
    } catch (error) {
      this.session.log(`diagnostics failed: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      this.running = false;
      this.lastEnd = performance.now();
      if (this.again) this.schedule();
    }
  }

  /** Open documents come first, without a pause; the others as long as what is said of them is still true. */
  private async publish(snapshot: Snapshot): Promise<void> {
    const { session } = this;
    const { workspace } = session;
    const open = new Set(session.openIds());
    // While the folders are looked through, what other files say is about to change.
    const others = workspace.isScanning ? [] : [...snapshot.problems.keys(), ...this.published.keys()];
    let since = performance.now();
    for (const id of new Set<FileId>([...open, ...others])) {
      if (!open.has(id) && performance.now() - since > slice) {
        await new Promise((resolve) => setImmediate(resolve));
        since = performance.now();
        if (!workspace.isCurrent(snapshot)) {
          this.again = true;
          return;
        }
      }
      const problems = snapshot.problems.get(id) ?? [];
      const version = session.version(id);
      if (problems.length === 0 && !this.published.has(id) && snapshot.file(id) === undefined) continue;
      const diagnostics = problems.map((problem): Diagnostic =>
        session.convert.diagnostic(problem, ruleDocs),
      );
      const seen = `${version} ${JSON.stringify(diagnostics)}`;
      if (this.published.get(id) === seen) continue;
      if (problems.length === 0 && version === undefined) this.published.delete(id);
      else this.published.set(id, seen);
      const uri = session.convert.uri(id);
      void session.connection.sendDiagnostics({
        uri,
        diagnostics,
        ...(version === undefined ? {} : { version }),
      });
    }
    if (snapshot.revision !== this.revision) {
      this.revision = snapshot.revision;
      this.onChange();
    }
  }
}
