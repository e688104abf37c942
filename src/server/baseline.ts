import type { NamedBaseline } from '../contracts/against';
import { Commit, commitId, GitError } from '../workspace/git';
import type { Session } from './session';

/** Git is asked whether the commit is still the same at most this often, in ms. */
const minInterval = 3_000;

/** What `compat: { against }` says to compare with nothing. */
const off = 'off';

interface Base {
  readonly commit: Commit;
  /** As a sentence names it. */
  readonly name: string;
}

/**
 * Keeps the commits that contracts are compared with, one a workspace folder: read once in the background, and again
 * when the branch moved. What git refuses is logged once; then contracts are compared among themselves only.
 */
export class BaselineKeeper {
  /** True once somebody trusts the folders: a repository must not make git run things by being opened. */
  isAllowed = false;
  private timer?: NodeJS.Timeout;
  private running = false;
  private again = false;
  private current = '';
  private readonly bases = new Map<string, Base>();
  private readonly complaints = new Set<string>();

  /** @param onChange called when contracts are compared with something else than before. */
  constructor(private readonly session: Session, private readonly onChange: () => void) {}

  refreshSoon(): void {
    if (!this.isAllowed) return;
    this.again ||= this.running;
    if (this.running || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.running = true;
      this.again = false;
      void this.refresh()
        .catch((error: unknown) => this.session.log(`comparing with git failed: ${error instanceof Error ? error.stack : String(error)}`))
        .finally(() => {
          this.running = false;
          if (this.again) this.refreshSoon();
        });
    }, this.current === '' ? 0 : minInterval);
    this.timer.unref();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.isAllowed = false;
  }

  private async refresh(): Promise<void> {
    const { workspace } = this.session;
    const found: Base[] = [];
    for (const folder of workspace.folders) {
      const base = await this.baseOf(folder, workspace.lintConfig(`${folder}/x`).compatAgainst).catch((error: unknown) => {
        if (!(error instanceof GitError)) throw error;
        if (!this.complaints.has(error.message)) this.session.tell(`Contracts of ${folder} are not compared with git: ${error.message}`);
        this.complaints.add(error.message);
        return undefined;
      });
      if (base !== undefined) found.push(base);
    }
    const key = found.map(({ commit, name }) => `${commit.root} ${commit.id} ${name}`).join('\n') || 'none';
    if (key === this.current) return;
    this.current = key;
    workspace.compareWith(found.length === 0 ? undefined : baselineOf(found));
    this.onChange();
  }

  private async baseOf(folder: string, against: string | undefined): Promise<Base | undefined> {
    if (against === off) return undefined;
    const native = nativeOf(folder);
    const { id, branch } = against === undefined ? await Commit.mergeBase(native) : { id: await commitId(native, against), branch: against };
    if (id === undefined) throw new GitError(`Git knows no commit "${against}" here.`);
    const known = this.bases.get(folder);
    const name = `${branch} (${id.slice(0, 10)})`;
    if (known?.commit.id === id && known.name === name) return known;
    const base = { commit: await Commit.open(native, id), name };
    this.bases.set(folder, base);
    return base;
  }
}

function baselineOf(bases: readonly Base[]): NamedBaseline {
  // Of nested repositories the inner one knows its files.
  const sorted = [...bases].sort((a, b) => b.commit.root.length - a.commit.root.length);
  const of = (path: string): Commit | undefined => sorted.find(({ commit }) => path.startsWith(`${commit.root}/`))?.commit;
  return {
    name: [...new Set(bases.map(({ name }) => name))].sort().join(' or '),
    earlier: (path) => of(path)?.read(path),
    read: (path) => of(path)?.read(path),
  };
}

/** `/c:/shop` is a drive's path on Windows. */
function nativeOf(path: string): string {
  return /^\/[a-z]:/i.test(path) ? path.slice(1) : path;
}
