import { compileNfa } from '../../model/nfa';

/**
 * Renames with a Java regular expression and a replacement, as Connect's routers do. Expressions come out of
 * files, so that only those run whose work on one name is bounded.
 */
export interface Renaming {
  /** The new name; undefined where the expression does not match all of it, null where that is not known. */
  readonly rename: (name: string) => string | undefined | null;
}

const maxPattern = 1_000;
/** Kafka's longest topic name (Topic.MAX_NAME_LENGTH). */
const maxName = 249;
/** Steps that a match may take in the worst case. */
const maxSteps = 2_000_000;
/** … and all matches of one expression together: thousands of tables with a plain expression. */
const maxStepsOfAll = 200_000_000;

/** Undefined for what JavaScript does not read as Java does, or what might take too long. */
export function javaRenaming(pattern: string, replacement: string): Renaming | undefined {
  const source = toJavaScript(pattern);
  if (source === undefined) return undefined;
  let whole: RegExp;
  try {
    whole = new RegExp(`^(?:${source.text})$`, source.flags);
  } catch {
    return undefined;
  }
  // Where no group is asked for, and for names that do not match, a matcher that is never slow decides.
  const linear = compileNfa(whole.source, whole.ignoreCase);
  let spent = 0;
  return {
    rename: (name) => {
      if (name.length > maxName) return null;
      if (linear?.(name) === false) return undefined;
      if (linear !== undefined && replacement === '') return '';
      const steps = worstSteps(source.text, name.length);
      spent += steps;
      if (steps > maxSteps || spent > maxStepsOfAll) return null;
      const match = whole.exec(name);
      return match === null ? undefined : replaced(replacement, match);
    },
  };
}

/** Tells of names whether they match as a whole; undefined where that cannot be told. */
export function javaMatcher(pattern: string): (name: string) => boolean | undefined {
  const renaming = javaRenaming(pattern, '');
  return (name) => {
    const renamed = renaming === undefined ? null : renaming.rename(name);
    return renamed === null ? undefined : renamed !== undefined;
  };
}

function toJavaScript(pattern: string): { text: string; flags: string } | undefined {
  if (pattern.length > maxPattern) return undefined;
  const flags = /^\(\?([a-z]+)\)/.exec(pattern);
  if (flags !== null && flags[1] !== 'i') return undefined;
  const text = flags === null ? pattern : pattern.slice(flags[0].length);
  // Quotations, properties, possessive quantifiers and sets of sets mean something else here, or nothing.
  if (/\\[QEpPGAZzhRX]|[*+?}]\+|&&|\(\?>/.test(text)) return undefined;
  return { text, flags: flags === null ? '' : 'i' };
}

/**
 * An upper bound of the ways that a backtracking matcher can try: each repetition takes any stretch of
 * the name, each choice any of its branches. A repetition inside a repetition has no bound.
 */
function worstSteps(source: string, length: number): number {
  const bare = source.replace(/\\./g, 'x').replace(/\[\^?\]?[^\]]*\]/g, 'x');
  if (/\)[*+?{]/.test(bare) || /\\\d/.test(source)) return Infinity;
  const repetitions = bare.replace(/\(\?(?::|<\w+>|<?[=!])/g, '(').match(/[*+?{]/g)?.length ?? 0;
  const choices = bare.match(/\|/g)?.length ?? 0;
  let steps = 2 ** Math.min(choices, 100);
  for (let i = 1; i <= repetitions; i++) steps = (steps * (length + i)) / i;
  return steps;
}

/** Java's `Matcher.appendReplacement`: `$1`, `${name}`, a backslash before what means itself. */
function replaced(replacement: string, match: RegExpExecArray): string {
  let result = '';
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i] ?? '';
    if (c === '\\') result += replacement[++i] ?? '';
    else if (c !== '$') result += c;
    else {
      const named = /^\$\{([A-Za-z]\w*)\}/.exec(replacement.slice(i, i + 100));
      const digits = /^\d+/.exec(replacement.slice(i + 1, i + 4))?.[0] ?? '';
      if (named !== null) {
        result += match.groups?.[named[1] ?? ''] ?? '';
        i += named[0].length - 1;
      } else if (digits !== '') {
        // As many digits as still name a group, the first in any case.
        const groups = match.length - 1;
        let used = digits.slice(0, 1);
        while (used.length < digits.length && Number(digits.slice(0, used.length + 1)) <= groups) {
          used = digits.slice(0, used.length + 1);
        }
        result += match[Number(used)] ?? '';
        i += used.length;
      } else result += c;
    }
  }
  return result;
}
