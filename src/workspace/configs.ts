import {
  defaultConfig,
  levelTable,
  withSettings,
  type ConfigSettings,
  type LevelTable,
  type LintConfig,
} from '../lint/config';
import { parseConfig } from '../lint/configFile';
import type { Problem } from '../text/problem';
import { dirName } from '../text/sourceFile';
import { configName } from './files';
import type { FileStore } from './store';

/** What the editor's settings `tailrace.*` or the command line say; they win over configuration files. */
export type Settings = ConfigSettings;

interface FolderConfig {
  readonly config: LintConfig;
  readonly table: LevelTable;
  readonly problems: readonly Problem[];
}

/**
 * The configuration that applies to each file: the nearest `tailrace.config.yaml` from its folder
 * up to the workspace folder's root, with the settings over it.
 */
export class Configs {
  private settings: Settings = {};
  private file?: string;
  /** By folder; undefined where a folder has none of its own. */
  private own = new Map<string, FolderConfig | undefined>();
  private ofFolder = new Map<string, FolderConfig>();
  private bare = new Map<string, FolderConfig>();

  constructor(
    private readonly store: FileStore,
    private readonly rootOf: (path: string) => string | undefined,
  ) {}

  /**
   * @param file a configuration file that holds for all files, instead of those in the folders.
   * @returns true if that changes something.
   */
  configure(settings: Settings, file?: string): boolean {
    if (file === this.file && JSON.stringify(settings) === JSON.stringify(this.settings)) return false;
    this.settings = settings;
    this.file = file;
    this.reset();
    return true;
  }

  /** A file changed; without a path, any may have. @returns true if that can change the configuration. */
  changed(path?: string): boolean {
    if (path !== undefined && path !== this.file && !path.endsWith(`/${configName}`)) return false;
    this.reset();
    return true;
  }

  isExcluded(path: string): boolean {
    return this.of(path).table.isExcluded(path);
  }

  /** The configuration of a file; equal objects for files under the same one. */
  of(path: string): FolderConfig {
    if (this.file !== undefined) return this.read(dirName(this.file), this.file) ?? this.none('');
    const folder = dirName(path);
    let found = this.ofFolder.get(folder);
    if (found === undefined)
      this.ofFolder.set(folder, (found = this.search(folder, this.rootOf(path) ?? folder)));
    return found;
  }

  /** The configurations in use, in order of their folders, once `of` was asked for all files. */
  inUse(): readonly FolderConfig[] {
    const all = [...this.own.values(), ...this.bare.values()].filter((c) => c !== undefined);
    return [...new Set(all)].sort((a, b) => (a.config.folder < b.config.folder ? -1 : 1));
  }

  private search(folder: string, root: string): FolderConfig {
    for (let current = folder; current.length >= root.length; current = dirName(current)) {
      const found = this.read(current, `${current}/${configName}`);
      if (found !== undefined) return found;
      if (current === '') break;
    }
    return this.none(root);
  }

  private read(folder: string, path: string): FolderConfig | undefined {
    if (this.own.has(folder)) return this.own.get(folder);
    const file = this.store.text(path);
    let found: FolderConfig | undefined;
    if (file !== undefined) {
      const { config, problems } = parseConfig(file);
      found = folderConfig(withSettings(config, this.settings), problems);
    }
    this.own.set(folder, found);
    return found;
  }

  private none(root: string): FolderConfig {
    let found = this.bare.get(root);
    if (found === undefined) {
      found = folderConfig(withSettings({ ...defaultConfig, folder: root }, this.settings), []);
      this.bare.set(root, found);
    }
    return found;
  }

  private reset(): void {
    this.own.clear();
    this.ofFolder.clear();
    this.bare.clear();
  }
}

function folderConfig(config: LintConfig, problems: readonly Problem[]): FolderConfig {
  return { config, problems, table: levelTable(config) };
}
