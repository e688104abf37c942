import { buildGraph } from '../graph/build';
import type { FlowGraph } from '../graph/types';
import { buildModel } from '../model/build';
import type { FlowModel } from '../model/model';
import type { Reader } from '../model/reader';
import type { Problem } from '../text/problem';
import type { FileId } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import { check } from './check';
import { Configs, type Settings } from './configs';
import { configName, type FileAccess } from './files';
import { FileStore, type StoredFile } from './store';
import { idOfPath, pathOfUri } from './uri';
import { isLeftOut, walk } from './walk';

/** What the workspace says at one moment. It does not change; a later change makes a new one. */
export interface Snapshot {
  /** Counts up with each change. */
  readonly revision: number;
  readonly model: FlowModel;
  /** Sorted problems of each file that has some. */
  readonly problems: ReadonlyMap<FileId, readonly Problem[]>;
  readonly graph: FlowGraph;
  /** A recognized file with the text that all offsets of this snapshot count in. */
  file(id: FileId): StoredFile | undefined;
}

/**
 * The files of one or more folders and the open documents, joined to one model. Changes are only
 * noted; work is done by `model`, `snapshot` or `analyse`, and only for what changed.
 */
export class Workspace {
  readonly store: FileStore;
  /** Told of a rule that threw, once a run. */
  onRuleError?: (rule: string, error: unknown) => void;
  private readonly configs: Configs;
  private readonly roots = new Set<string>();
  /** Files that were named one by one, wherever they lie. */
  private readonly singles = new Set<string>();
  private existing = new Map<string, boolean>();
  private revision = 0;
  private currentModel?: { readonly revision: number; readonly model: FlowModel; readonly files: Files };
  private current?: Snapshot;

  constructor(
    private readonly files: FileAccess,
    table?: readonly Reader[],
  ) {
    this.store = new FileStore(files, table);
    this.configs = new Configs(this.store, (path) => this.rootOf(path));
  }

  get folders(): readonly string[] {
    return [...this.roots].sort();
  }

  /** Takes folders in and drops others; `scan` finds the files. `singles` are read as well, ignored or not. */
  setFolders(folders: Iterable<string>, singles: Iterable<string> = []): void {
    this.roots.clear();
    this.singles.clear();
    for (const path of singles) this.singles.add(path);
    for (const folder of folders) this.roots.add(folder.replace(/\/+$/, ''));
    for (const path of this.store.paths()) {
      if (!this.store.isOpen(path) && this.rootOf(path) === undefined && !this.singles.has(path)) this.store.forget(path);
    }
    this.touchAll();
  }

  /**
   * The settings of the editor or the command line; they win over configuration files.
   * @param configFile holds for all files, instead of the configuration files in the folders.
   */
  configure(settings: Settings, configFile?: string): void {
    if (this.configs.configure(settings, configFile)) this.touchAll();
  }

  /**
   * Looks at all folders anew: what is new, changed or gone since the last time. Yields now and
   * then, so that the caller may pause; the value at the end tells whether something changed.
   */
  * scan(): Generator<void, boolean> {
    const seen = new Set<string>();
    let changed = false;
    for (const path of this.singles) {
      seen.add(path);
      changed = this.store.touch(path) || changed;
    }
    for (const root of this.folders) {
      for (const path of walk(this.files, root)) {
        if (seen.has(path)) continue;
        seen.add(path);
        changed = this.store.touch(path) || changed;
        yield;
      }
    }
    for (const path of this.store.paths()) if (!seen.has(path)) changed = this.store.touch(path) || changed;
    if (changed) this.touchAll();
    return changed;
  }

  /** The text of a document as an editor holds it, from now until `close`. */
  open(path: string, text: string): void {
    this.store.open(path, text);
    this.noteChange(path);
  }

  close(path: string): void {
    this.store.close(path);
    if (this.isLeftOut(path)) this.store.forget(path);
    this.noteChange(path);
  }

  /** A file was created, changed or deleted outside of the editor. */
  touch(path: string): void {
    if (this.store.get(path) === undefined && this.isLeftOut(path)) {
      // A file that somebody refers to counts as there or not, whether a scan finds it or not.
      if (this.existing.has(path)) this.noteChange(path);
      return;
    }
    if (this.store.touch(path)) this.noteChange(path);
  }

  /** A folder is gone: watchers tell of it alone, not of the files in it. */
  touchFolder(folder: string): void {
    for (const path of this.store.paths()) if (path.startsWith(`${folder}/`)) this.touch(path);
  }

  /** The model now, with its files; the problems are worked out only if somebody asks for them. */
  get view(): View {
    const { model, files } = this.buildModel();
    return { model, file: (id) => files.get(id), problems: () => this.snapshot.problems };
  }

  get snapshot(): Snapshot {
    const steps = this.work();
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** The steps to the next snapshot, with pauses between them. A change in between starts over. */
  * work(): Generator<void, Snapshot> {
    for (;;) {
      for (const _ of this.store.refresh()) yield;
      const revision = this.revision;
      if (this.current?.revision === revision) return this.current;
      const { model, files } = this.buildModel();
      yield;
      if (this.revision !== revision) continue;
      for (const path of this.store.paths()) if (path.endsWith(`/${configName}`)) this.configs.of(path);
      const problems = check(model, files, this.configs, {
        shows: (path) => this.shows(path),
        onError: this.onRuleError,
      });
      yield;
      if (this.revision !== revision) continue;
      this.current = snapshotOf(revision, model, problems, files);
      return this.current;
    }
  }

  /** Any file's text as it is now: open, else on disk. */
  text(path: string): SourceFile | undefined {
    return this.store.text(path);
  }

  /** The configuration file of a path's folder, or where it would be; undefined outside of all folders. */
  configOf(path: string): { file: SourceFile; exists: boolean; relative: string } | undefined {
    const root = this.rootOf(path);
    if (root === undefined) return undefined;
    const folder = this.configs.of(path).config.folder;
    const place = `${folder}/${configName}`;
    const file = this.store.text(place);
    return {
      file: file ?? { id: idOfPath(place), path: place, text: '' },
      exists: file !== undefined,
      relative: path.slice(folder.length + 1),
    };
  }

  private buildModel(): { model: FlowModel; files: Files } {
    for (const _ of this.store.refresh()) continue;
    if (this.currentModel?.revision === this.revision) return this.currentModel;
    this.loadLinked();
    const files: Files = new Map();
    for (const stored of this.store.all()) {
      if (!this.configs.isExcluded(stored.file.path)) files.set(stored.file.id, stored);
    }
    const facts = [...files.values()].map(({ read }) => ({
      id: read.id, path: read.path, dialect: read.dialect, facts: read.result.facts,
    }));
    const model = buildModel(facts, (path) => this.exists(path));
    this.currentModel = { revision: this.revision, model, files };
    return this.currentModel;
  }

  /** Contract files outside of the folders count as soon as a file refers to them. */
  private loadLinked(): void {
    for (const { read } of [...this.store.all()]) {
      for (const { path } of read.result.links ?? []) {
        if (this.store.get(path) === undefined && this.exists(path)) this.store.touch(path);
      }
    }
    for (const _ of this.store.refresh()) continue;
  }

  /** Answers from memory until something is created or deleted: a large file asks thousands of times. */
  private exists(path: string): boolean {
    let there = this.existing.get(path);
    if (there === undefined) this.existing.set(path, (there = this.store.exists(path)));
    return there;
  }

  private isLeftOut(path: string): boolean {
    const root = this.rootOf(path);
    if (this.singles.has(path)) return false;
    return root === undefined || isLeftOut(this.files, root, path);
  }

  /** Problems are told of files in the folders and of open ones, not of what these only refer to. */
  private shows(path: string): boolean {
    return this.rootOf(path) !== undefined || this.singles.has(path) || this.store.isOpen(path);
  }

  private rootOf(path: string): string | undefined {
    return this.folders.find((root) => path.startsWith(`${root}/`));
  }

  private noteChange(path: string): void {
    this.configs.changed(path);
    if (this.existing.has(path) && this.existing.get(path) !== this.store.exists(path)) this.existing.delete(path);
    this.revision++;
  }

  private touchAll(): void {
    this.configs.changed();
    this.existing.clear();
    this.revision++;
  }
}

/** What features need of a moment. */
export interface View {
  readonly model: FlowModel;
  file(id: FileId): StoredFile | undefined;
  problems(): ReadonlyMap<FileId, readonly Problem[]>;
}

export type Files = Map<FileId, StoredFile>;

function snapshotOf(
  revision: number, model: FlowModel, problems: ReadonlyMap<FileId, readonly Problem[]>, files: Files,
): Snapshot {
  let graph: FlowGraph | undefined;
  return {
    revision,
    model,
    problems,
    get graph() {
      return (graph ??= buildGraph(model, [...problems.values()].flat()));
    },
    file: (id) => files.get(id),
  };
}

/** The path of a file by its id, as the readers see it. */
export function pathOfId(id: FileId): string {
  return pathOfUri(id);
}

export { idOfPath };
