import type { FileId } from '../../text/range';
import type { SourceFile } from '../../text/sourceFile';

/** The id of a file that is not there yet, made like that of one beside it: ids are addresses that end in the path. */
export function idOf(beside: SourceFile, path: string): FileId {
  const encode = (text: string): string => text.split('/').map(encodeURIComponent).join('/');
  const tail = encode(beside.path);
  const head = beside.id.endsWith(tail) ? beside.id.slice(0, beside.id.length - tail.length) : 'file://';
  return `${head}${encode(path)}` as FileId;
}
