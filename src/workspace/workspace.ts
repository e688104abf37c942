import type { NamedBaseline } from '../contracts/against';
import { levelTable, type LintConfig } from '../lint/config';
import type { EarlierFiles } from '../lint/context';
import type { Rule } from '../lint/rule';
import { buildModel, modelSteps, type FileFacts } from '../model/build';
import type { FlowModel } from '../model/model';
import type { Guarantee } from '../model/settings';
import type { Reader } from '../model/reader';
import type { FileId } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import type { Problem } from '../text/problem';
import { check, type CheckOptions } from './check';
import { Configs, type Settings } from './configs';
import { configName, type FileAccess } from './files';
import { Folders } from './folders';
import { snapshotOf, type Files, type Snapshot, type View } from './snapshot';
import { FileStore, type StoredFile } from './store';
import { idOfPath } from './uri';

export type { Snapshot } from './snapshot';

/** While folders are looked through, a model of what was read so far is good for this long, in ms. */
const patience = 500;

interface Built {
  readonly revision: number;
  readonly edits: number;
  /** When it was made, in ms. */
  readonly at: number;
  readonly model: FlowModel;
  readonly files: Files;
}

/**
 * The files of one or more folders and the open documents, joined to one model. Changes are only
 * noted; work is done by `view`, `snapshot` or `work`, and only for what changed.
 */
export class Workspace {
  readonly store: FileStore;
  /** Told of a rule that threw, once a run. */
  onRuleError?: (rule: string, error: unknown) => void;
  private readonly configs: Configs;
  private readonly roots: Folders;
  private existing = new Map<string, boolean>();
  /**
   * True while somebody takes the steps of `scan` and `refresh`: then `view` and `work` wait for nothing but the
   * open documents, and tell what is known so far.
   */
  isScanning = false;
  private revision = 0;
  private baseline?: NamedBaseline;
  /** Counts what people change: open documents and settings. */
  private edits = 0;
  private currentModel?: Built;
  private current?: Snapshot;

  constructor(files: FileAccess, table?: readonly Reader[]) {
    this.store = new FileStore(files, table, (path) => {
      const { profile, disabledDialects } = this.configs.of(path).config;
      return { ...(profile === undefined ? {} : { profile }), disabledDialects };
    });
    this.roots = new Folders(files);
    this.configs = new Configs(this.store, (path) => this.roots.rootOf(path));
  }

  get folders(): readonly string[] {
    return this.roots.all;
  }

  /** Folders that the last scan left out as made by tools (`target`, `node_modules`), though nobody ignores them. */
  get leftOut(): readonly string[] {
    return this.roots.leftOut;
  }

  /** Takes folders in and drops others; `scan` finds the files. `singles` are read as well, ignored or not. */
  setFolders(folders: Iterable<string>, singles: Iterable<string> = []): void {
    this.roots.set(folders, singles);
    for (const path of this.store.paths()) {
      if (!this.store.isOpen(path) && !this.roots.holds(path)) this.store.forget(path);
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

  /** What contracts are compared with, besides each other. */
  get compared(): NamedBaseline | undefined {
    return this.baseline;
  }

  /** What contracts were before: from now on they are compared with that as well. */
  compareWith(baseline: NamedBaseline | undefined): void {
    if (baseline === this.baseline) return;
    this.baseline = baseline;
    this.revision++;
  }

  /**
   * Looks at all folders anew: what is new, changed or gone since the last time. Yields now and
   * then, so that the caller may pause; the value at the end tells whether something changed.
   */
  *scan(): Generator<void, boolean> {
    const seen = new Set<string>();
    let changed = false;
    for (const path of this.roots.walk()) {
      seen.add(path);
      changed = this.store.touch(path, true) || changed;
      yield;
    }
    const linked = new Set(
      [...this.store.all()].flatMap((f) => f.read.result.links?.map((l) => l.path) ?? []),
    );
    for (const path of this.store.paths()) {
      if (seen.has(path)) continue;
      changed = this.store.touch(path) || changed;
      // It is there and was not come to: somebody has begun to ignore it.
      if (this.store.isOpen(path) || linked.has(path) || !this.store.exists(path)) continue;
      this.store.forget(path);
      changed = true;
    }
    if (changed) this.touchAll();
    return changed;
  }

  /** The text of a document as an editor holds it, from now until `close`. */
  open(path: string, text: string): void {
    this.edits++;
    this.store.open(path, text);
    this.noteChange(path);
  }

  close(path: string): void {
    this.edits++;
    this.store.close(path);
    if (this.roots.leavesOut(path) && this.store.forget(path)) this.revision++;
    this.noteChange(path);
  }

  /** A file was created, changed or deleted outside of the editor. */
  touch(path: string): void {
    if (this.store.get(path) === undefined && this.roots.leavesOut(path)) {
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
    const { model, files } = this.modelNow();
    return { model, file: (id) => files.get(id), problems: () => this.snapshot.problems };
  }

  /**
   * The steps after which `view` has nothing left to do. Whoever types on makes them begin again, but not for ever.
   */
  *prepare(): Generator<void> {
    for (let attempt = 0; attempt < 3; attempt++) {
      for (const _ of this.refreshWanted()) yield;
      if (this.builtBefore() !== undefined) return;
      const { revision, edits } = this;
      const isOld = (): boolean => this.store.isOpenStale || (this.isScanning ? this.edits !== edits : this.revision !== revision);
      if ((yield* unlessOld(this.modelSteps(), isOld)) !== undefined) return;
    }
  }

  /** Everything about now. Kept until something changes. */
  get snapshot(): Snapshot {
    const steps = this.work();
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** The steps to the next snapshot, with pauses between them. A change in between starts over. */
  *work(): Generator<void, Snapshot> {
    for (;;) {
      for (const _ of this.refreshWanted()) yield;
      const { revision, edits } = this;
      if (this.current?.revision === revision) return this.current;
      const isOld = (): boolean => (this.isScanning ? this.edits !== edits || this.store.isOpenStale
        : this.revision !== revision || this.store.isStale);
      const built = this.builtBefore() ?? (yield* unlessOld(this.modelSteps(), isOld));
      if (built === undefined) continue;
      const { model, files } = built;
      for (const path of this.store.paths()) if (path.endsWith(`/${configName}`)) this.configs.of(path);
      const problems = yield* unlessOld(check(model, files, this.configs, this.checkOptions(this.baseline)), isOld);
      if (problems === undefined) continue;
      this.current = snapshotOf(built.revision, model, problems, files);
      return this.current;
    }
  }

  /** What some rules say of the files against an earlier state, which nothing else is compared with. */
  problemsAgainst(baseline: NamedBaseline, rules: readonly Rule[]): readonly Problem[] {
    const { model, files } = this.modelNow();
    const codes = new Set(rules.map(({ name }) => name));
    const steps = check(model, files, this.configs, { ...this.checkOptions(baseline), rules });
    for (;;) {
      const step = steps.next();
      if (step.done) return [...step.value.values()].flat().filter(({ code }) => codes.has(code));
    }
  }

  private checkOptions(baseline: NamedBaseline | undefined): CheckOptions {
    return {
      shows: (path) => this.roots.holds(path) || this.store.isOpen(path),
      onError: this.onRuleError,
      contractText: (path) => this.store.text(path),
      ...(baseline === undefined ? {} : { baseline, earlier: this.earlierFiles(baseline) }),
    };
  }

  /** Files as they were are read by the settings of now: a profile chooses among the same values. */
  private earlierFiles({ name, earlier, read }: NamedBaseline): EarlierFiles {
    return {
      name,
      isSame: (path) => earlier(path)?.text === this.store.text(path)?.text,
      facts: (path) => {
        const file = earlier(path);
        return file === undefined ? [] : this.store.factsOf(file, path, read);
      },
    };
  }

  /** True if nothing changed since the snapshot. */
  isCurrent({ revision }: Snapshot): boolean {
    return revision === this.revision && !this.store.isStale;
  }

  /** The configuration that holds for a file. */
  lintConfig(path: string): LintConfig {
    return this.configs.of(path).config;
  }

  /** Any file's text as it is now: open, else on disk. */
  text(path: string): SourceFile | undefined {
    return this.store.text(path);
  }

  /** True if there is a file or folder of that path, now. */
  isThere(path: string): boolean {
    return this.store.exists(path) || this.store.isFolder(path);
  }

  /** True for files that are not looked at, were they there: ignored, excluded, elsewhere. */
  leavesOut(path: string): boolean {
    return this.roots.leavesOut(path) || this.configs.isExcluded(path);
  }

  /** The model as it would be with these files, too: who uses what is gone, is found by that. */
  modelWith(others: readonly FileFacts[]): FlowModel {
    const { files } = this.modelNow();
    const facts = [...files.values()].map(({ read: { id, path, dialect, result } }) => ({ id, path, dialect, facts: result.facts }));
    return buildModel([...facts, ...others], (path) => this.exists(path));
  }

  /** The configuration file of a path's folder, or where it would be; undefined outside of all folders. */
  configOf(path: string): { file: SourceFile; exists: boolean; relative: string } | undefined {
    if (this.roots.rootOf(path) === undefined) return undefined;
    const folder = this.configs.of(path).config.folder;
    const place = `${folder}/${configName}`;
    const file = this.store.text(place);
    return {
      file: file ?? { id: idOfPath(place), path: place, text: '' },
      exists: file !== undefined,
      relative: path.slice(folder.length + 1),
    };
  }

  /** True where the configuration of a file's folder switches a rule off for it. */
  isOff(rule: string, path: string): boolean {
    return levelTable(this.lintConfig(path)).levelOf(rule, path) === 'off';
  }

  /** The guarantee that a file's configuration wants of publishes and consumes that declare none. */
  wantedGuarantee(path: string): Guarantee | undefined {
    return this.configs.of(path).config.guarantee;
  }

  private modelNow(): Built {
    for (const _ of this.refreshWanted()) continue;
    const before = this.builtBefore();
    if (before !== undefined) return before;
    const steps = this.modelSteps();
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** The model that was built last, if it is still good. */
  private builtBefore(): Built | undefined {
    const built = this.currentModel;
    if (built === undefined || built.revision === this.revision) return built;
    const isGood = this.isScanning && built.edits === this.edits && performance.now() - built.at < patience;
    return isGood ? built : undefined;
  }

  private *modelSteps(): Generator<void, Built> {
    this.loadLinked();
    const { revision, edits } = this;
    const files = new Map<FileId, StoredFile>();
    for (const stored of this.store.all()) {
      if (!this.configs.isExcluded(stored.file.path)) files.set(stored.file.id, stored);
    }
    const facts = [...files.values()].map(({ read }) => ({
      id: read.id,
      path: read.path,
      dialect: read.dialect,
      facts: read.result.facts,
    }));
    const model = yield* modelSteps(facts, (path) => this.exists(path));
    const built: Built = { revision, edits, at: performance.now(), model, files };
    this.currentModel = built;
    return built;
  }

  /** Contract files outside of the folders count as soon as a file refers to them. */
  private loadLinked(): void {
    const linked = new Set<string>();
    for (const { read } of this.store.all()) {
      for (const { path } of read.result.links ?? []) {
        if (this.store.get(path) === undefined && this.exists(path)) linked.add(path);
      }
    }
    for (const path of linked) this.store.touch(path);
    for (const _ of this.store.refresh(linked)) continue;
  }

  /** Answers from memory until something is created or deleted: a large file asks thousands of times. */
  private exists(path: string): boolean {
    let there = this.existing.get(path);
    if (there === undefined) this.existing.set(path, (there = this.store.exists(path)));
    return there;
  }

  /** Reads what changed. Files that are none of ours, and those that say the same as before, change nothing. */
  *refresh(these?: Iterable<string>): Generator<void> {
    for (const changed of this.store.refresh(these)) {
      if (changed) this.revision++;
      yield;
    }
  }

  private *refreshWanted(): Generator<void> {
    if (!this.isScanning) yield* this.refresh();
    else if (this.store.isOpenStale) yield* this.refresh(this.store.openPaths());
  }

  /** Something about a file may have changed; what it says is found out by `refresh`. */
  private noteChange(path: string): void {
    if (this.configs.changed(path)) {
      this.store.settingsChanged();
      this.revision++;
    }
    const before = this.existing.get(path);
    if (before === undefined) return;
    const now = this.store.exists(path);
    if (now === before) return;
    this.existing.set(path, now);
    this.revision++;
  }

  private touchAll(): void {
    this.edits++;
    this.configs.changed();
    this.store.settingsChanged();
    this.existing.clear();
    this.revision++;
  }
}

/** Takes the steps with pauses, and gives up once the result would be of something old. */
function* unlessOld<T>(steps: Generator<void, T>, isOld: () => boolean): Generator<void, T | undefined> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield;
    if (isOld()) return undefined;
  }
}
