import { percentDecode } from '../text/percent';
import type { FileId } from '../text/range';

/**
 * URIs and paths. A path is absolute and POSIX; a Windows drive is its first part, in lower case
 * (`/c:/shop`), since editors disagree on its case. Equal files give equal ids, however an editor
 * encodes them: `file:///C%3A/a%20b` and `file:///c:/a b` are one.
 */
export function pathOfUri(uri: string): string {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)/.exec(uri);
  if (match === null) return normalDrive(uri.startsWith('/') ? uri : `/${uri}`);
  const [, scheme = '', authority = '', rest = ''] = match;
  const path = percentDecode(rest);
  if (scheme.toLowerCase() !== 'file') return `/${scheme}:/${authority}/${path}`.replace(/\/{2,}/g, '/');
  // A file on a server (`file://server/share`) keeps the double slash that Windows knows it by.
  if (authority !== '' && authority !== 'localhost') return `//${authority}${path}`;
  return normalDrive(path.startsWith('/') ? path : `/${path}`);
}

/** The id of a file by its path: its URI as VS Code writes it. */
export function idOfPath(path: string): FileId {
  const virtual = /^\/([a-z][a-z0-9+.-]+):\/(.*)$/.exec(path);
  if (virtual) return `${virtual[1]}:${escape(virtual[2] ?? '')}` as FileId;
  if (path.startsWith('//')) return `file:${escape(path)}` as FileId;
  return `file://${escape(path)}` as FileId;
}

export function idOfUri(uri: string): FileId {
  return idOfPath(pathOfUri(uri));
}

/** True for a document that lies on no disk, such as `untitled:Untitled-1`. */
export function isVirtual(path: string): boolean {
  return /^\/[a-z][a-z0-9+.-]+:\//.test(path);
}

/** `C:\shop\a.yaml` or `/shop/a.yaml` as this program's paths are. */
export function pathOfNative(path: string): string {
  const slashes = path.replaceAll('\\', '/');
  return normalDrive(/^[A-Za-z]:/.test(slashes) ? `/${slashes}` : slashes);
}

function normalDrive(path: string): string {
  return path.replace(/^\/([A-Za-z]):/, (_, drive: string) => `/${drive.toLowerCase()}:`);
}

function escape(path: string): string {
  const rest = (c: string): string => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  return path
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, rest))
    .join('/');
}
