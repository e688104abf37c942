import type { FileId, SourceRange } from '../text/range';
import { LineIndex } from '../text/lineIndex';
import type { TextOf } from './formats/pretty';
import type { Loaded } from './load';

/**
 * The texts to show, with every secret that is written in them covered by asterisks of its length: the
 * output of a check ends up in logs that more people read than the file.
 */
export function withoutSecrets(loaded: Loaded): TextOf {
  const places = new Map<FileId, SourceRange[]>();
  for (const { secret, isDefault } of loaded.snapshot.model.credentials) {
    // What every broker is delivered with is no secret.
    if (secret !== undefined && isDefault !== true) places.set(secret.file, [...(places.get(secret.file) ?? []), secret]);
  }
  const covered = new Map<FileId, ReturnType<TextOf>>();
  return (name) => {
    const file = loaded.places.byName(name);
    const secrets = file && places.get(file.id);
    if (file === undefined || secrets === undefined) return file;
    let known = covered.get(file.id);
    if (known === undefined) {
      const text = secrets.reduce((t, at) => cover(t, at), file.text);
      covered.set(file.id, (known = { text, index: new LineIndex(text) }));
    }
    return known;
  };
}

function cover(text: string, { start, end }: SourceRange): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, '*') + text.slice(end);
}
