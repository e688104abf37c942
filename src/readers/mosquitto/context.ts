import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { Fact } from '../../model/facts';
import type { ConfLine, ConfWord } from '../../syntax/mosquittoConf';
import { isUnknown, resolvePlaceholders } from '../../syntax/placeholder';

/** What `envsubst` and the like fill in. Topics of the broker's own begin with a `$`, too. */
const variable = /(?:^|[^A-Za-z0-9])\$(?!SYS\b|CONTROL\b)[A-Z][A-Z0-9_]+/;

/** A file while it is read, with what was understood so far. */
export class Context {
  readonly facts: Fact[] = [];
  readonly skipped: SourceRange[] = [];

  constructor(readonly file: SourceFile) {}

  at(word: ConfWord): SourceRange {
    return rangeIn(this.file, word.start, word.end);
  }

  /** From a line's key to its last word. */
  lineRange(line: ConfLine): SourceRange {
    return rangeIn(this.file, line.key.start, line.rest?.end ?? line.key.end);
  }

  /** A word as it holds: undefined if it is missing, or a placeholder whose value the file does not say. */
  word(word: ConfWord | undefined): Sourced<string> | undefined {
    if (word === undefined || word.text === '') return undefined;
    const { text, unresolved } = resolvePlaceholders(word.text);
    if (unresolved.length > 0 || isUnknown(text) || variable.test(text) || /<[\w .-]+>/.test(text)) {
      this.skipped.push(this.at(word));
      return undefined;
    }
    return { value: text, at: this.at(word) };
  }

  /** A whole number that is not negative. */
  count(line: ConfLine | undefined): Sourced<number> | undefined {
    const value = this.word(line?.words[0]);
    return value !== undefined && /^\d{1,9}$/.test(value.value) ? { value: Number(value.value), at: value.at } : undefined;
  }

  /** Mosquitto knows `true`, `false`, `1` and `0`, in small letters only. */
  boolean(line: ConfLine | undefined): Sourced<boolean> | undefined {
    const value = this.word(line?.words[0]);
    if (value === undefined || !/^(true|false|0|1)$/.test(value.value)) return undefined;
    return { value: value.value === 'true' || value.value === '1', at: value.at };
  }
}
