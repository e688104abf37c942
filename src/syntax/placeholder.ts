/** A text with its placeholders filled in as far as the file itself says how. */
export interface Resolved {
  /** Defaults are filled in; placeholders without one stay as they are written. */
  readonly text: string;
  /** Names of placeholders without a default: with one of these the text is not known. */
  readonly unresolved: readonly string[];
  /** True if there was any placeholder, also one with a default. */
  readonly had: boolean;
}

/** The value behind a placeholder's name, or undefined. */
type LookUp = (name: string) => string | undefined;

const limit = 64;

/**
 * Fills in `${env:NAME:-default}`, `${NAME:-default}`, `${NAME:default}` (Spring) and
 * `{{ template }}`. A default may hold placeholders itself. `${env:NAME}` and
 * `${file:/path:key}`-like providers without `:-` have no default; a template never has one.
 * @param lookUp knows values that win over defaults, such as environment variables.
 */
export function resolvePlaceholders(text: string, lookUp: LookUp = () => undefined): Resolved {
  if (!text.includes('${') && !text.includes('{{')) return { text, unresolved: [], had: false };
  const unresolved: string[] = [];
  const result = fill(text, lookUp, unresolved, 0);
  return { text: result, unresolved, had: result !== text || unresolved.length > 0 };
}

function fill(text: string, lookUp: LookUp, unresolved: string[], depth: number): string {
  let result = '';
  let at = 0;
  // Looked for once: a long list of placeholders must not be searched to its end for each of them.
  const templates = text.includes('{{');
  while (at < text.length) {
    const open = templates ? nextOpening(text, at) : text.indexOf('${', at);
    if (open < 0) break;
    const close = text[open] === '$' ? closing(text, open) : text.indexOf('}}', open);
    if (close < 0) break;
    result += text.slice(at, open);
    if (text[open] === '$') {
      const { name, fallback } = split(text.slice(open + 2, close));
      at = close + 1;
      const known = lookUp(name);
      if (known !== undefined) result += known;
      else if (fallback !== undefined && depth < limit)
        result += fill(fallback, lookUp, unresolved, depth + 1);
      else {
        unresolved.push(name);
        result += text.slice(open, at);
      }
    } else {
      at = close + 2;
      unresolved.push(text.slice(open + 2, close).trim());
      result += text.slice(open, at);
    }
  }
  return result + text.slice(at);
}

function nextOpening(text: string, at: number): number {
  const dollar = text.indexOf('${', at);
  const braces = text.indexOf('{{', at);
  if (dollar < 0 || braces < 0) return Math.max(dollar, braces);
  // In `${{ x }}` (GitHub's way) the braces are part of the placeholder.
  return Math.min(dollar, braces);
}

/** The `}` that belongs to the `${` at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

function split(inside: string): { name: string; fallback: string | undefined } {
  const provider = /^(?:env|file|secrets|secret|directory|vault|sys|dirs)(?=:(?!-))/.exec(inside);
  const from = provider ? provider[0].length + 1 : 0;
  const dash = inside.indexOf(':-', from);
  if (dash >= 0) return { name: inside.slice(from, dash).trim(), fallback: inside.slice(dash + 2) };
  const colon = provider ? -1 : inside.indexOf(':');
  if (colon >= 0) return { name: inside.slice(0, colon).trim(), fallback: inside.slice(colon + 1) };
  return { name: inside.slice(from).trim(), fallback: undefined };
}

/** The names of environment variables in the placeholders of a text (`${KAFKA_BROKERS:localhost}`), each once. */
export function variablesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\$\{(?:env:)?([A-Z][A-Z0-9_]{2,80})[:}]/g)].map((match) => match[1]!))];
}

/**
 * True for a text that only holds the place of a value: `REPLACE-ME`, `<your-topic>`, `@topic@` (Maven),
 * `%TOPIC%`, `__TOPIC__`, `CHANGEME`, and what `maskTemplates` leaves of a template's expression; also for an
 * address with such a part (`<host>:9092`, `kafka.__NAMESPACE__.svc:9092`).
 */
export function isUnknown(text: string): boolean {
  if (text.includes(masked) || (text.length < maxAddress && partOfAddress.test(text))) return true;
  return /^(?:<[^<>\n]{1,80}>|@[\w.-]{1,80}@|%\w{1,80}%|__[A-Z][A-Z0-9_]{0,80}__)$/.test(text)
    || /^(?:REPLACE|CHANGE|FILL|INSERT)[-_ ]?(?:ME|THIS|IN|HERE)$|^(?:TODO|TBD|FIXME)$/i.test(text);
}

const partOfAddress = new RegExp('^[\\w.:/@,-]*'
  + '(?:<[A-Za-z][\\w .-]{0,80}>|(?<=[.:/@])__[A-Z][A-Z0-9_]{0,80}__(?=[.:/]))'
  + '[\\w.:/@,<>-]*:\\d{2,5}(?:[/,].*)?$');
const maxAddress = 500;

/** The sign that stands in the place of a template's expression: no keyboard has it. */
export const masked = '\uE000';
