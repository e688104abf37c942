import type { Fact } from '../../model/facts';
import type { SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import type { Ide } from '../context';
import type { Hover } from '../hover';
import { plain } from './words';

/** How a declaration was read; of a publish or consume, also where it names its channel. */
export interface Reading extends Hover {
  readonly channel?: SourceRange;
}

/** Words whose meaning a reader of AsyncAPI must decide on; elsewhere the note would be in the way. */
const deciding = /^(publish|subscribe|action|send|receive|operations|reply|channel)$/;

/** How a declaration was read, where its words leave room: AsyncAPI's directions, what was concluded. */
export function hoverReading(
  ide: Ide,
  file: SourceFile,
  offset: number,
  name?: SourceRange,
): Reading | undefined {
  const word = wordAround(file.text, offset);
  let best: Fact | undefined;
  for (const fact of ide.file(file.id)?.result.facts ?? []) {
    const { extent } = fact;
    if (fact.note === undefined && fact.inferred === undefined) continue;
    if (extent.file !== file.id || offset < extent.start || offset > extent.end) continue;
    const onFirstLine = !file.text.slice(extent.start, offset).includes('\n');
    if (!onFirstLine && !deciding.test(word.text) && name === undefined) continue;
    if (best === undefined || extent.end - extent.start < best.extent.end - best.extent.start) best = fact;
  }
  if (best === undefined) return undefined;
  const lines = [best.note && plain(best.note), best.inferred && `Concluded: ${plain(best.inferred.replace(/\.$/, ''))}.`];
  return {
    at: { file: file.id, start: word.start, end: word.end },
    markdown: lines.filter((line) => line !== undefined).join('\n\n'),
    ...((best.kind === 'publish' || best.kind === 'consume') && best.channel && { channel: best.channel.name.at }),
  };
}

function wordAround(
  text: string,
  offset: number,
): { readonly text: string; readonly start: number; readonly end: number } {
  let start = offset;
  let end = offset;
  while (start > 0 && /[\w.-]/.test(text[start - 1] ?? '')) start--;
  while (end < text.length && /[\w.-]/.test(text[end] ?? '')) end++;
  return { text: text.slice(start, end), start, end };
}
