/** A policy's pattern made ready, or why it cannot be evaluated. */
export type Pattern = { readonly matches: (name: string) => boolean } | { readonly reason: string };

/** AMQP names are short strings of at most 255 bytes; longer ones do not exist on a broker. */
const maxName = 255;
const maxPattern = 1_024;

/**
 * Compiles a policy pattern. RabbitMQ hands it to Erlang's `re` (PCRE) and searches, unanchored.
 * What PCRE and JavaScript spell differently is translated; what JavaScript lacks is a reason.
 */
export function compilePattern(pattern: string): Pattern {
  if (pattern.length > maxPattern) return { reason: `it is longer than ${maxPattern} characters` };
  let flags = '';
  let source = pattern.replace(/^\(\?([imsx]+)\)/, (_, letters: string) => {
    flags = [...new Set(letters)].join('');
    return '';
  });
  if (flags.includes('x')) return { reason: 'it uses the extended syntax (?x)' };
  source = source
    .replace(/\[:(\w+):\]/g, (whole, name: string) => posixClasses[name] ?? whole)
    .replace(/\\A/g, '^')
    .replace(/\\[zZ]/g, '$')
    .replace(/\(\?P</g, '(?<')
    .replace(/\\h/g, '[ \\t]');
  if (mayBacktrackForever(source)) {
    return { reason: 'a repeated group contains a repetition, which can take exponential time' };
  }
  try {
    const regex = new RegExp(source, flags);
    return { matches: (name) => name.length <= maxName && regex.test(name) };
  } catch {
    return { reason: 'it is not a regular expression that can be read' };
  }
}

const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: '\\s',
  word: '\\w', xdigit: '0-9A-Fa-f', punct: '!-\\/:-@\\[-`{-~', blank: ' \\t',
};

/**
 * True if an unbounded repetition contains another one, or an alternation, without a character that
 * must stand between two rounds. `(?:[a-z]+\.)+` is fine, `(a+)+` and `(a|ab)*` are not.
 */
function mayBacktrackForever(source: string): boolean {
  const stack: { start: number; inner: boolean }[] = [];
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (c === '\\') i++;
    else if (c === '[') i = classEnd(source, i);
    else if (c === '(') stack.push({ start: i, inner: false });
    else if (c === ')') {
      const group = stack.pop();
      if (group === undefined) continue;
      const repeated = isUnbounded(source, i + 1);
      if (repeated && group.inner && !hasSeparator(source.slice(group.start + 1, i))) return true;
      const outer = stack.at(-1);
      if (outer !== undefined && (group.inner || repeated)) outer.inner = true;
    } else if (c === '|' || isUnbounded(source, i)) {
      const group = stack.at(-1);
      if (group !== undefined) group.inner = true;
    }
  }
  return false;
}

function classEnd(source: string, start: number): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === ']' && i > start + 1) return i;
  }
  return source.length;
}

function isUnbounded(source: string, at: number): boolean {
  return source[at] === '*' || source[at] === '+' || /^\{\d+,\}/.test(source.slice(at, at + 8));
}

/** A group `[class]+<literal>` whose closing literal is not in the class can match in one way only. */
function hasSeparator(body: string): boolean {
  const shape = /^(?:\?:)?(\[[^\]\\^]+\]|\\w|\\d)[+*](\\[.\-_/]|[-_/:])$/.exec(body);
  if (shape === null) return false;
  const separator = (shape[2] ?? '').replace('\\', '');
  try {
    return !new RegExp(`^${shape[1]}$`).test(separator);
  } catch {
    return false;
  }
}
