import { own } from '../text/own';
import { compileNfa } from './nfa';

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
    .replace(/(?<!\\)\[(\^?)\]/g, '[$1\\]')
    .replace(/\[:(\w+):\]/g, (whole, name: string) => own(posixClasses, name) ?? whole)
    .replace(/\\A/g, '^')
    .replace(/\\[zZ]/g, '$')
    .replace(/\(\?P</g, '(?<')
    .replace(/\\h/g, '[ \\t]');
  let regex: RegExp;
  try {
    regex = new RegExp(source, flags);
  } catch {
    return { reason: 'it is not a regular expression that can be read' };
  }
  if (repetitions(source) <= maxRepetitions) {
    return { matches: (name) => name.length <= maxName && regex.test(name) };
  }
  // JavaScript's matcher tries all ways one by one; ours is slower for simple patterns but never slow.
  const linear = compileNfa(source, flags.includes('i'));
  if (linear !== undefined) return { matches: (name) => name.length <= maxName && linear(name) };
  return { reason: 'it has look-around or back references beside several repetitions, which can take very long' };
}

/** Two repetitions over a name of 255 characters take some ten thousand steps at most. */
const maxRepetitions = 2;

/** How many repetitions without an upper limit a pattern has; one inside another counts as too many. */
function repetitions(source: string): number {
  const bare = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  return /\)[*+{]/.test(bare) ? Infinity : (bare.match(/[*+]|\{\d+,\}/g) ?? []).length;
}

const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: '\\s',
  word: '\\w', xdigit: '0-9A-Fa-f', punct: '!-\\/:-@\\[-`{-~', blank: ' \\t',
};
