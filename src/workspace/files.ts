import { extensions } from '../protocol/files';
import { withoutTemplateEnding } from '../text/templateName';

/** What a folder holds directly. Links to folders are left out: they make cycles. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** Enough to tell that a file is another one than before. */
export interface FileStat {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/**
 * The one way to files, so that tests and the browser need no disk. Paths are absolute and POSIX
 * (`/c:/shop` on Windows). Nothing throws: what cannot be read is as good as not there.
 */
export interface FileAccess {
  entries(folder: string): readonly FolderEntry[];
  /** The first `limit` bytes, or all. */
  read(path: string, limit?: number): Uint8Array | undefined;
  /** Undefined for what is no file. */
  stat(path: string): FileStat | undefined;
  isFolder(path: string): boolean;
}

/** Larger files are machine-made dumps; reading them would block the editor for seconds. */
export const maxFileBytes = 5 * 1024 * 1024;

/** Mosquitto's access lists mostly have no ending. */
const names = /\/acls?(_?file)?$/i;

export const configName = 'tailrace.config.yaml';

const wanted = new Set(extensions);

/** True if a file of this name is worth opening. */
export function isCandidate(path: string): boolean {
  const name = withoutTemplateEnding(path);
  const dot = name.lastIndexOf('.');
  if (names.test(name)) return true;
  return dot >= 0 && wanted.has(name.slice(dot + 1).toLowerCase()) && !lockFiles.test(path);
}

/** Huge, common, and never about messages. */
const lockFiles =
  /\/(package-lock|npm-shrinkwrap|composer\.lock|pnpm-lock|tsconfig[^/]*|package)\.(json|yaml|yml)$/;
