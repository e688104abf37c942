import type { TailBuffer } from '../brokers/buffer';
import type { TapMessage } from '../brokers/driver';
import type { Decoder } from '../codecs/decoded';
import { valueOf } from './filterRow';
import { addPaths, headerPath, parsePath, textAt, type Path } from './paths';

const CELL = 240;
/** Values that are larger are not taken apart for a row: a page of them would hold up all tails. */
const LARGE = 256 * 1024;
const NOT_READ = '…';
const RECENT = 200;
const MAX_PATHS = 500;
const BUDGET = 20;

/** The chosen columns of a tail. What is no path is an empty column. */
export class Columns {
  private paths: readonly (Path | undefined)[] = [];

  choose(paths: readonly string[]): void {
    this.paths = paths.map(parsePath);
  }

  /** Texts in the order of the columns; undefined where none are chosen. */
  cells(message: TapMessage, decoder: Decoder | undefined): string[] | undefined {
    if (this.paths.length === 0) return undefined;
    const isLarge = message.value !== null && message.value.length > LARGE;
    const needsValue = !isLarge && this.paths.some((path) => path && 'steps' in path);
    const value = needsValue ? valueOf(message, decoder) : undefined;
    return this.paths.map((path) => {
      if (!path) return '';
      return isLarge && 'steps' in path ? NOT_READ : textAt(path, value, message.headers, CELL);
    });
  }
}

/**
 * Paths that occur in the last messages, for at most `BUDGET` milliseconds: those of values, then those of headers.
 * @param shows whether a message is one of the list's
 */
export function recentPaths(buffer: TailBuffer, decoderOf: (source: number) => Decoder | undefined, shows: (seq: number) => boolean): string[] {
  const values = new Set<string>();
  const headers = new Set<string>();
  const until = performance.now() + BUDGET;
  const oldest = Math.max(buffer.first, buffer.received - RECENT);
  for (let seq = buffer.received - 1; seq >= oldest && performance.now() < until; seq--) {
    const message = shows(seq) ? buffer.get(seq) : undefined;
    if (!message) continue;
    for (const [name] of message.headers) if (headers.size < MAX_PATHS) headers.add(headerPath(name));
    if (message.value && message.value.length <= LARGE) {
      addPaths(valueOf(message, decoderOf(buffer.sourceOf(seq))), values, MAX_PATHS);
    }
  }
  return [...[...values].sort(), ...[...headers].sort()];
}
