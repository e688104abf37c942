import type { TextEdit } from './problem';

/**
 * Applies edits of one file to its text. Overlapping edits cannot both hold: the earlier one wins
 * and the later one is left out, so that a second pass may apply it.
 * @returns the new text and the edits that were left out.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): { text: string; skipped: TextEdit[] } {
  const ordered = edits
    .map((edit, order) => ({ edit, order }))
    .sort((a, b) => a.edit.at.start - b.edit.at.start || a.edit.at.end - b.edit.at.end || a.order - b.order);
  let result = '';
  let done = 0;
  const skipped: TextEdit[] = [];
  for (const { edit } of ordered) {
    if (edit.at.start < done || edit.at.end > text.length) {
      skipped.push(edit);
      continue;
    }
    result += text.slice(done, edit.at.start) + edit.newText;
    done = edit.at.end;
  }
  return { text: result + text.slice(done), skipped };
}
