import { rules } from '../../lint/rules/index';
import type { SourceFile } from '../../text/sourceFile';
import type { Completion } from '../completion';
import { ruleDoc } from '../ruleDoc';

const comment = /(?:#|\/\/|!)\s*tailrace-ignore(?:-file)?\s+(?:[\w/*-]+\s*,\s*)*([\w/*-]*)$/;
const sign = /(?:#|\/\/)\s*(tail[a-z-]*)$/;

/** Rule names in a `tailrace-ignore` comment; undefined outside of one. */
export function completeIgnore(file: SourceFile, offset: number): readonly Completion[] | undefined {
  const start = file.text.lastIndexOf('\n', offset - 1) + 1;
  const before = file.text.slice(start, offset);
  const written = comment.exec(before)?.[1];
  if (written === undefined) {
    const word = sign.exec(before)?.[1];
    if (word === undefined) return undefined;
    return ['tailrace-ignore', 'tailrace-ignore-file'].map((label, i) => ({
      label,
      kind: 'rule',
      insert: `${label} `,
      start: offset - word.length,
      end: offset,
      sort: String(i),
      docs:
        i === 0
          ? 'Silences rules on the next line, or on this line behind other text.'
          : 'Silences rules in this whole file.',
    }));
  }
  const end = offset + (/^[\w/*-]*/.exec(file.text.slice(offset, offset + 100))?.[0].length ?? 0);
  return ruleNames().map((label) => ({
    label,
    kind: 'rule',
    insert: label,
    start: offset - written.length,
    end,
    docs: ruleDoc(label),
  }));
}

/** All rules by name. */
export function ruleNames(): readonly string[] {
  return rules.map((rule) => rule.name).sort();
}
