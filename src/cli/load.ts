import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { FileId } from '../text/range';
import { nodeFiles } from '../workspace/nodeFiles';
import { pathOfNative, pathOfUri } from '../workspace/uri';
import { Workspace, type Snapshot } from '../workspace/workspace';
import { UsageError } from './arguments';
import { Places } from './report';

/** What a command works on: the paths it was given, read and joined. */
export interface Loaded {
  readonly workspace: Workspace;
  readonly snapshot: Snapshot;
  readonly places: Places;
  /** Names to show: relative to the current folder, with forward slashes. */
  name(id: FileId): string;
  /** The path on this machine. */
  native(id: FileId): string;
  /** The path on this machine of the baseline that a file's configuration names; takes a name to show. */
  baseline(name: string): string | undefined;
}

/**
 * Reads folders (honouring `.gitignore`) and single files. A path that is not there is an error of the call.
 * @param configFile holds for all files, instead of the configuration files in the folders.
 * @throws UsageError naming the path.
 */
export function load(paths: readonly string[], cwd: string, configFile?: string): Loaded {
  const workspace = new Workspace(nodeFiles);
  if (configFile !== undefined) {
    if (!existsSync(configFile)) throw new UsageError(`There is no configuration file "${configFile}".`);
    workspace.configure({}, pathOfNative(configFile));
  }
  const folders: string[] = [];
  const files: string[] = [];
  for (const path of paths.length > 0 ? paths : ['.']) {
    const native = resolve(cwd, path);
    if (!existsSync(native)) throw new UsageError(`There is no file or folder "${path}".`);
    if (statSync(native).isDirectory()) folders.push(pathOfNative(native));
    else files.push(pathOfNative(native));
  }
  workspace.setFolders(folders, files);
  for (const _ of workspace.scan()) continue;
  return reload(workspace, cwd);
}

/** The state of a workspace after its files changed on disk. */
export function reload(workspace: Workspace, cwd: string): Loaded {
  const snapshot = workspace.snapshot;
  const paths = new Map<FileId, string>();
  for (const { id, path } of snapshot.model.files.values()) paths.set(id, path);
  const native = (id: FileId): string => nativeOf(paths.get(id) ?? pathOfUri(id));
  const name = (id: FileId): string => {
    const shown = relative(cwd, native(id)).replaceAll('\\', '/');
    return shown === '' ? native(id) : shown;
  };
  const places = new Places((id) => {
    const text = snapshot.file(id)?.file.text ?? workspace.text(paths.get(id) ?? pathOfUri(id))?.text;
    return text === undefined ? undefined : { name: name(id), text };
  });
  const baseline = (shown: string): string | undefined => {
    const config = workspace.lintConfig(pathOfNative(resolve(cwd, shown)));
    return config.baseline === undefined ? undefined : resolve(nativeOf(config.folder || '/'), config.baseline);
  };
  return { workspace, snapshot, places, name, native, baseline };
}

/** `/c:/shop` is a drive's path on Windows. */
export function nativeOf(path: string): string {
  return /^\/[a-z]:/i.test(path) ? path.slice(1) : path;
}
