import type { Fact } from '../model/facts';
import type { Reader, ReadOptions } from '../model/reader';
import type { Problem } from '../text/problem';
import type { SourceFile } from '../text/sourceFile';
import { rangeIn } from '../text/sourceFile';
import { decode } from './decode';
import { maxFileBytes, type FileAccess, type FileStat } from './files';
import { allReaders, readFile, readerOf, type ReadFile } from './read';
import { idOfPath } from './uri';

/** Recognizing looks at this much of a file at most, so that a file of another kind costs one short read. */
const headBytes = 256 * 1024;

const noNotes: readonly Problem[] = [];

/** One file that a reader recognized, with what it gave. */
export interface StoredFile {
  readonly file: SourceFile;
  readonly read: ReadFile;
  /** Problems of getting at the text at all. */
  readonly notes: readonly Problem[];
}

interface Slot {
  /** What the disk's file looked like when it was read; absent for a text that an editor holds. */
  stamp?: string;
  stored?: StoredFile;
  /** Paths whose texts went into the reading. */
  wants: readonly string[];
  /** The settings it was read by, as `keyOf` writes them. */
  readonly setting: string;
}

/** What the user's settings say of the reading of a file. */
export interface ReadSetting extends ReadOptions {
  /** Dialects that are left alone. */
  readonly disabledDialects?: readonly string[];
}

function keyOf(setting: ReadSetting): string {
  return `${setting.profile ?? ''}\n${(setting.disabledDialects ?? []).join('\n')}`;
}

/**
 * The texts of a workspace and what the readers made of them, kept until a text changes. An open
 * document's text wins over the disk's. Nothing is read before `refresh` or `stored`.
 */
export class FileStore {
  private readonly slots = new Map<string, Slot>();
  private readonly stale = new Set<string>();
  private readonly overlays = new Map<string, SourceFile>();
  /** Texts that readings asked for (`$ref` targets), by path; undefined for a file that is not there. */
  private readonly wanted = new Map<string, SourceFile | undefined>();
  private readonly wantedBy = new Map<string, Set<string>>();
  /** What texts of another time say, with the settings that they were read by. */
  private readonly foreign = new WeakMap<SourceFile, { readonly setting: string; readonly facts: readonly Fact[] }>();

  /** @param settingOf how the files of a path are read; asked each time. */
  constructor(
    private readonly files: FileAccess,
    private readonly table: readonly Reader[] = allReaders,
    private readonly settingOf: (path: string) => ReadSetting = () => ({}),
  ) {}

  /** Settings may have changed: what was read by others is read again. */
  settingsChanged(): void {
    for (const [path, slot] of this.slots) if (slot.setting !== keyOf(this.settingOf(path))) this.stale.add(path);
  }

  /** All files that some reader recognized, in no order. */
  *all(): Generator<StoredFile> {
    for (const slot of this.slots.values()) if (slot.stored) yield slot.stored;
  }

  get(path: string): StoredFile | undefined {
    return this.slots.get(path)?.stored;
  }

  paths(): readonly string[] {
    return [...this.slots.keys()];
  }

  isOpen(path: string): boolean {
    return this.overlays.has(path);
  }

  /** True if the file is there: on disk or open. */
  exists(path: string): boolean {
    return this.overlays.has(path) || this.files.stat(path) !== undefined;
  }

  isFolder(path: string): boolean {
    return this.files.isFolder(path);
  }

  /** The text as it is now, of any file, recognized or not; not kept. */
  text(path: string): SourceFile | undefined {
    return (
      this.overlays.get(path) ??
      this.slots.get(path)?.stored?.file ??
      this.wanted.get(path) ??
      this.load(path)
    );
  }

  /**
   * What a text of another time says, read as the file at a path is now, and once.
   * @param load gives the files of that time that it refers to.
   */
  factsOf(file: SourceFile, path: string, load: (path: string) => SourceFile | undefined): readonly Fact[] {
    const options = this.settingOf(path);
    const setting = keyOf(options);
    const known = this.foreign.get(file);
    if (known?.setting === setting) return known.facts;
    const table = this.tableOf(path);
    const reader = readerOf(file, table);
    const facts = reader === undefined ? [] : readFile(file, reader, load, undefined, options, table).result.facts;
    this.foreign.set(file, { setting, facts });
    return facts;
  }

  open(path: string, text: string): void {
    if (this.overlays.get(path)?.text === text) return;
    this.overlays.set(path, { id: idOfPath(path), path, text });
    this.changed(path);
  }

  close(path: string): void {
    if (this.overlays.delete(path)) this.changed(path);
  }

  /**
   * Looks at the disk's file again. @returns true if it is new, gone or another one than before.
   * @param listed true if its folder was just seen to hold it: then a new one is not looked for again.
   */
  touch(path: string, listed = false): boolean {
    if (this.overlays.has(path)) return false;
    const slot = this.slots.get(path);
    if (slot === undefined && listed) {
      this.changed(path);
      return true;
    }
    const stamp = this.stampOf(path);
    if (slot !== undefined && slot.stamp === stamp && !this.stale.has(path)) return false;
    if (slot === undefined && stamp === undefined && !this.wantedBy.has(path)) return false;
    this.changed(path);
    return true;
  }

  /** Forgets a file that the workspace no longer holds. @returns true if it was one that a reader recognized. */
  forget(path: string): boolean {
    this.stale.delete(path);
    const slot = this.slots.get(path);
    if (slot === undefined) return false;
    this.drop(path);
    this.changed(path, false);
    return slot.stored !== undefined;
  }

  get isStale(): boolean {
    return this.stale.size > 0;
  }

  /** True if an open document has another text than was read. */
  get isOpenStale(): boolean {
    for (const path of this.overlays.keys()) if (this.stale.has(path)) return true;
    return false;
  }

  openPaths(): readonly string[] {
    return [...this.overlays.keys()];
  }

  /**
   * Reads all that changed; yields after each file, so that the caller may pause, and tells whether
   * the file says something else now. A reading that was not reached stays stale.
   * @param these the paths to look at; all by default.
   */
  *refresh(these: Iterable<string> = this.stale): Generator<boolean> {
    for (const path of these) {
      if (!this.stale.delete(path)) continue;
      const before = this.slots.get(path);
      this.reread(path, before);
      yield this.slots.get(path)?.stored !== before?.stored;
    }
  }

  private changed(path: string, itself = true): void {
    if (itself) this.stale.add(path);
    this.wanted.delete(path);
    for (const referrer of this.wantedBy.get(path) ?? []) this.stale.add(referrer);
  }

  private reread(path: string, before: Slot | undefined): void {
    this.drop(path);
    const overlay = this.overlays.get(path);
    const stat = overlay ? undefined : this.files.stat(path);
    if (overlay === undefined && stat === undefined) return;
    const setting = this.settingOf(path);
    const slot: Slot = { ...(stat && { stamp: stampOf(stat) }), wants: [], setting: keyOf(setting) };
    this.slots.set(path, slot);
    const found = overlay ? this.recognize(overlay) : this.recognizeOnDisk(path, stat?.size ?? 0);
    if (found === undefined) return;
    const { file, reader, notes } = found;
    if (file === undefined) {
      const bare: SourceFile = { id: idOfPath(path), path, text: '' };
      const read = { id: bare.id, path, dialect: reader.dialect, result: { facts: [], problems: [] } };
      slot.stored = { file: bare, read, notes };
      return;
    }
    // Opened, saved or touched without a change; what others say does not matter to it.
    if (before?.stored?.file.text === file.text && before.wants.length === 0 && before.stored.notes === notes
      && before.setting === slot.setting) {
      slot.stored = before.stored;
      return;
    }
    const known = before?.stored?.read.dialect === reader.dialect ? before.stored : undefined;
    const earlier = known && { file: known.file, result: known.read.result };
    const { result, others } = readFile(
      file, reader, (other) => this.want(other), earlier, setting, this.tableOf(path));
    slot.stored = { file, read: { id: file.id, path, dialect: reader.dialect, result }, notes };
    slot.wants = [...others.keys()];
    for (const other of slot.wants) {
      const referrers = this.wantedBy.get(other) ?? new Set();
      this.wantedBy.set(other, referrers.add(path));
    }
  }

  private drop(path: string): void {
    for (const other of this.slots.get(path)?.wants ?? []) {
      const referrers = this.wantedBy.get(other);
      referrers?.delete(path);
      if (referrers?.size === 0) {
        this.wantedBy.delete(other);
        this.wanted.delete(other);
      }
    }
    this.slots.delete(path);
  }

  private want(path: string): SourceFile | undefined {
    const here = this.overlays.get(path) ?? this.slots.get(path)?.stored?.file;
    if (here !== undefined && !this.stale.has(path)) return here;
    if (!this.wanted.has(path)) this.wanted.set(path, this.overlays.get(path) ?? this.load(path));
    return this.wanted.get(path);
  }

  private recognize(
    file: SourceFile,
  ): { file: SourceFile; reader: Reader; notes: readonly Problem[] } | undefined {
    const reader = readerOf(file, this.tableOf(file.path));
    return reader && { file, reader, notes: noNotes };
  }

  private recognizeOnDisk(
    path: string, size: number,
  ): { file?: SourceFile; reader: Reader; notes: readonly Problem[] } | undefined {
    if (size <= headBytes) {
      const file = this.loadWhole(path);
      return file && this.recognize(file);
    }
    const head = this.files.read(path, headBytes);
    const text = head && decode(head, true);
    if (text === undefined) return undefined;
    const reader = readerOf({ id: idOfPath(path), path, text }, this.tableOf(path));
    if (reader === undefined) return undefined;
    if (size > maxFileBytes) return { reader, notes: [tooLarge(path, size)] };
    const file = this.loadWhole(path);
    return file && { file, reader, notes: noNotes };
  }

  private tableOf(path: string): readonly Reader[] {
    const disabled = this.settingOf(path).disabledDialects;
    return disabled?.length ? this.table.filter((reader) => !disabled.includes(reader.dialect)) : this.table;
  }

  private load(path: string): SourceFile | undefined {
    const stat = this.files.stat(path);
    return stat === undefined || stat.size > maxFileBytes ? undefined : this.loadWhole(path);
  }

  private loadWhole(path: string): SourceFile | undefined {
    const bytes = this.files.read(path);
    const text = bytes && decode(bytes);
    return text === undefined ? undefined : { id: idOfPath(path), path, text };
  }

  private stampOf(path: string): string | undefined {
    const stat = this.files.stat(path);
    return stat && stampOf(stat);
  }
}

function stampOf({ size, modified }: FileStat): string {
  return `${size} ${modified}`;
}

function tooLarge(path: string, size: number): Problem {
  const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  return {
    code: 'workspace/too-large',
    severity: 'info',
    message:
      `This file has ${mib(size)}; Tailrace reads files up to ${mib(maxFileBytes)}. ` +
      'Nothing in it is checked or drawn. Split it, or exclude it in tailrace.config.yaml.',
    at: rangeIn({ id: idOfPath(path) }, 0, 0),
  };
}
