import { utf8 } from './bytesText';
import type { Headers } from './decoded';

/** A header's text, whatever its letters' case, the last of several; longer ones than anybody needs are cut. */
export function headerOf(headers: Headers, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const found = headers.findLast(([one]) => one.toLowerCase() === wanted)?.[1];
  return typeof found === 'string' ? found.slice(0, 1000) : found && utf8(found, 1000);
}
