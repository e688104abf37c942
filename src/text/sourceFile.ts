import type { FileId, SourceRange } from './range';

/** One file's text as it is now: on disk, or as the editor holds it unsaved. */
export interface SourceFile {
  readonly id: FileId;
  /** Absolute POSIX path; relative references between files are resolved against it. */
  readonly path: string;
  /** The text without a byte order mark. */
  readonly text: string;
}

export function rangeIn(file: { readonly id: FileId }, start: number, end: number): SourceRange {
  return { file: file.id, start, end };
}

/** The last part of a path: `order.proto` of `/shop/contracts/order.proto`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder of a path, without a slash at the end; the root is the empty string. */
export function dirName(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/**
 * Resolves a reference written in a file to an absolute POSIX path.
 * `./a`, `../a`, `a/b` start at the file's folder, `/a` at the root; backslashes count as slashes.
 */
export function resolvePath(fromFile: string, reference: string): string {
  const ref = reference.replaceAll('\\', '/');
  const parts = ref.startsWith('/') ? [] : dirName(fromFile).split('/');
  for (const part of ref.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return '/' + parts.filter((p) => p !== '').join('/');
}
