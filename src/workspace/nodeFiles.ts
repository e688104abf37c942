import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync, type Stats } from 'node:fs';
import type { FileAccess, FolderEntry } from './files';

/** `/c:/shop` is `c:/shop` to Windows; other paths stay. */
function native(path: string): string {
  if (/^\/[A-Za-z]:/.test(path)) return path.slice(1);
  return path === '' ? '/' : path;
}

/** The real file system, read synchronously: a language server has its own process to block. */
export const nodeFiles: FileAccess = {
  entries(folder) {
    try {
      const result: FolderEntry[] = [];
      for (const entry of readdirSync(native(folder), { withFileTypes: true })) {
        if (entry.isDirectory()) result.push({ name: entry.name, kind: 'folder' });
        else if (entry.isFile() || (entry.isSymbolicLink() && nodeFiles.stat(`${folder}/${entry.name}`))) {
          result.push({ name: entry.name, kind: 'file' });
        }
      }
      return result;
    } catch {
      return [];
    }
  },
  read(path, limit) {
    try {
      if (limit === undefined) return readFileSync(native(path));
      const handle = openSync(native(path), 'r');
      try {
        const buffer = Buffer.allocUnsafe(limit);
        return buffer.subarray(0, readSync(handle, buffer, 0, limit, 0));
      } finally {
        closeSync(handle);
      }
    } catch {
      return undefined;
    }
  },
  stat(path) {
    const stat = safeStat(path);
    return stat?.isFile() ? { size: stat.size, modified: stat.mtimeMs } : undefined;
  },
  isFolder(path) {
    return safeStat(path)?.isDirectory() ?? false;
  },
};

function safeStat(path: string): Stats | undefined {
  try {
    return statSync(native(path), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
