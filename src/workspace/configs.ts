import picomatch from 'picomatch';
import { configName } from './files';
import type { FileStore } from './store';

/** What the editor's settings `tailrace.*` or the command line say; they win over configuration files. */
export interface Settings {
  readonly rules?: Readonly<Record<string, string>>;
  readonly exclude?: readonly string[];
  readonly environment?: string;
  readonly profile?: string;
}

/** The configuration that applies to each file. */
export class Configs {
  private settings: Settings = {};
  private excludes?: (path: string) => boolean;

  constructor(readonly store: FileStore) {}

  configure(settings: Settings): boolean {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return false;
    this.settings = settings;
    this.excludes = undefined;
    return true;
  }

  changed(path?: string): void {
    if (path === undefined || path.endsWith(`/${configName}`)) this.excludes = undefined;
  }

  isExcluded(path: string): boolean {
    this.excludes ??= picomatch((this.settings.exclude ?? []).map((glob) => `/**/${glob}`), { dot: true });
    return this.excludes(path);
  }
}
