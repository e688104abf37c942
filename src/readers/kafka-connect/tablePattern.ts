import { wild } from './topicName';

/** An entry of a list stands for more names than this only where it was generated. */
const maxNames = 64;
const maxDepth = 20;
const maxPattern = 2_000;

/**
 * The names that an entry of a table list stands for. Debezium reads entries as regular expressions over
 * the whole name; most are plain names, whose dots mean dots. What an expression leaves open becomes
 * `wild`; choices between plain words become a name each.
 */
export function namesOfPattern(pattern: string): readonly string[] {
  if (pattern.length > maxPattern) return [wild];
  const parser = new PatternNames(pattern.replace(/^\(\?[a-z]+\)/, '').replace(/^\^/, '').replace(/\$$/, ''));
  return [...new Set(parser.read().map((name) => name.replace(new RegExp(`${wild}{2,}`, 'g'), wild)))];
}

class PatternNames {
  private at = 0;

  constructor(private readonly pattern: string) {}

  read(): string[] {
    const names = this.choice(0);
    // A bracket too many: what stands behind it is open.
    return this.at < this.pattern.length ? names.map((name) => name + wild) : names;
  }

  private choice(depth: number): string[] {
    const names = this.sequence(depth);
    while (this.pattern[this.at] === '|') {
      this.at++;
      names.push(...this.sequence(depth));
      if (names.length > maxNames) names.splice(0, names.length, wild);
    }
    return names;
  }

  private sequence(depth: number): string[] {
    let names = [''];
    while (this.at < this.pattern.length && this.pattern[this.at] !== '|' && this.pattern[this.at] !== ')') {
      const atom = this.atom(depth);
      const next = this.quantifier() ? [wild] : atom;
      names = names.length * next.length > maxNames
        ? names.map((name) => name + wild) : names.flatMap((name) => next.map((n) => name + n));
    }
    return names;
  }

  private atom(depth: number): string[] {
    const c = this.pattern[this.at++] ?? '';
    if (c === '\\') {
      const escaped = this.pattern[this.at++] ?? '';
      return [/[bBAzZG]/.test(escaped) ? '' : /\w/.test(escaped) ? wild : escaped];
    }
    if (c === '[') {
      const end = this.pattern.indexOf(']', this.at + 1);
      const inside = end < 0 ? '' : this.pattern.slice(this.at, end);
      this.at = end < 0 ? this.pattern.length : end + 1;
      return [inside.length === 1 ? inside : inside === '\\.' ? '.' : wild];
    }
    if (c === '(') return this.group(depth);
    return [c === '^' || c === '$' ? '' : c];
  }

  private group(depth: number): string[] {
    const opening = /^\?(?::|<\w+>|(<?[=!]))/.exec(this.pattern.slice(this.at, this.at + 80));
    this.at += opening?.[0].length ?? 0;
    if (depth >= maxDepth) {
      this.at = this.pattern.length;
      return [wild];
    }
    const names = this.choice(depth + 1);
    if (this.pattern[this.at] === ')') this.at++;
    // A look-around takes up nothing: what it demands is left open by what it looks at.
    return opening?.[1] === undefined ? names : [''];
  }

  private quantifier(): boolean {
    const found = /^(?:[*+?]|\{\d*,?\d*\})[+?]?/.exec(this.pattern.slice(this.at, this.at + 20));
    this.at += found?.[0].length ?? 0;
    return found !== null;
  }
}
