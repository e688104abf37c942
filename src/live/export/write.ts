import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TapMessage } from '../../brokers/driver';
import type { Decoder } from '../../codecs/decoded';
import type { ExportRequest } from '../../protocol/tail';
import { valueOf } from '../filterRow';
import { lineOf } from '../line';
import { Csv } from './csv';

/** The messages of an export: which they are is settled when it begins. */
export interface ExportedMessages {
  readonly count: number;
  /** The message of that place; undefined where it has fallen out of the buffer meanwhile. */
  at(n: number): { readonly message: TapMessage; readonly decoder: Decoder | undefined } | undefined;
}

/** How much is put together before it is written, in characters and in milliseconds. */
const CHUNK = 256 * 1024;
const SLICE = 15;

/**
 * Writes messages into a file beside the wanted one and puts it in its place when it is whole, so that nobody
 * reads half of it. The next are made only when the last are written.
 * @param progress called with the messages that are done
 * @returns how many were written; the others had fallen out of the buffer
 * @throws Error with one sentence, also where the signal ended it; then no file is left
 */
export async function writeExport(
  { format, path, columns }: Pick<ExportRequest, 'format' | 'path' | 'columns'>,
  messages: ExportedMessages,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<number> {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  let file: FileHandle | undefined;
  try {
    file = await open(part, 'wx');
    const written = await writeAll(file, format === 'csv' ? csvText(columns) : jsonText, messages, signal, progress);
    await file.close();
    file = undefined;
    await rename(part, path);
    return written;
  } catch (error) {
    await file?.close().catch(() => {});
    await rm(part, { force: true }).catch(() => {});
    throw signal.aborted ? new Error('The export was cancelled.') : new Error(reasonOf(error, path), { cause: error });
  }
}

/** More is no text to be pasted anywhere. */
const MOST_COPIED = 16 << 20;

/** The messages as JSON Lines. @throws Error with one sentence where there are none any more, or more than a clipboard is for */
export async function linesOf(messages: ExportedMessages, signal: AbortSignal): Promise<string> {
  let text = '';
  for (let n = 0; n < messages.count; ) {
    for (const until = performance.now() + SLICE; n < messages.count && performance.now() < until; n++) {
      const found = messages.at(n);
      if (found) text += jsonText.line(found.message, found.decoder);
      if (text.length > MOST_COPIED) throw new Error('The messages come to more than 16 MiB of text; export them instead.');
    }
    signal.throwIfAborted();
    await nextTurn();
  }
  if (text === '') throw new Error('The messages are not held any more.');
  return text;
}

interface Text {
  readonly head: string;
  readonly line: (message: TapMessage, decoder: Decoder | undefined) => string;
}

async function writeAll(
  file: FileHandle,
  { head, line }: Text,
  messages: ExportedMessages,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<number> {
  let text = head;
  let written = 0;
  for (let n = 0; n < messages.count; ) {
    const until = performance.now() + SLICE;
    while (n < messages.count && text.length < CHUNK && performance.now() < until) {
      const found = messages.at(n++);
      if (!found) continue;
      text += line(found.message, found.decoder);
      written++;
    }
    signal.throwIfAborted();
    await file.write(text);
    text = '';
    progress(n);
    await nextTurn();
  }
  signal.throwIfAborted();
  if (text !== '') await file.write(text);
  return written;
}

const jsonText: Text = { head: '', line: (message, decoder) => `${JSON.stringify(lineOf(message, decoder))}\n` };

function csvText(columns: readonly string[] | undefined): Text {
  const csv = new Csv(columns);
  return {
    head: csv.header(),
    line: (message, decoder) =>
      csv.line(lineOf(message, decoder), message.headers, csv.needsValue ? valueOf(message, decoder) : undefined),
  };
}

function reasonOf(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why: Readonly<Record<string, string>> = {
    ENOENT: `the folder ${dirname(path)} does not exist`,
    EACCES: `you may not write into ${dirname(path)}`,
    EPERM: `you may not write into ${dirname(path)}`,
    EROFS: `${dirname(path)} is read-only`,
    ENOSPC: 'the disk is full',
    EISDIR: 'it is a folder',
    ENOTDIR: `${dirname(path)} is no folder`,
  };
  return `${basename(path)} could not be written: ${why[code] ?? (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')}.`;
}
