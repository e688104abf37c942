import { masked } from './placeholder';

/** A text without its template's signs, of the same length: every offset is that of the file. */
export interface Masked {
  readonly text: string;
  /** The expressions that somebody will put a value in the place of, and directives, in order. */
  readonly skipped: readonly { readonly start: number; readonly end: number }[];
}

/** `{{ … }}` (Go, Helm, Jinja, Mustache), `{% … %}` and `{# … #}` (Jinja), `<% … %>` (ERB). */
const tag = /\{\{(?:[^{}]|\{(?!\{)|\}(?!\}))*\}\}|\{%[^%]*(?:%(?!\})[^%]*)*%\}|\{#[^#]*(?:#(?!\})[^#]*)*#\}|<%[^%]*(?:%(?!>)[^%]*)*%>/g;

/** Expressions that print nothing where they stand: control flow, definitions, comments. */
const directive = /^(?:\{\{-?\s*(?:if|else|end|range|with|define|block|template|break|continue|\/\*|#|\/|!|\^|\$\w+\s*:?=)(?![\w.])|\{%|\{#|<%[^=])/;
const bigDirective = /^\{\{-?\s*(?:\/\*|[#/!^])/;

/**
 * Takes the signs of templates out of a text, so that what is left can be parsed: a line with nothing but
 * directives becomes blank, an expression that prints a value becomes a word of the same length that
 * `isUnknown` knows. A text without templates is given back as it is.
 *
 * An expression on a line of its own (`{{ toYaml .Values.x | indent 4 }}`) may print lines of any kind;
 * it becomes blank as well.
 */
export function maskTemplates(text: string): Masked {
  if (!/\{\{|\{%|\{#|<%/.test(text)) return { text, skipped: [] };
  const skipped: { start: number; end: number }[] = [];
  const result: string[] = [];
  let at = 0;
  for (const match of text.matchAll(tag)) {
    const [whole] = match;
    const start = match.index;
    // OpenShift's `${{NAME}}` is a parameter, whose value the same file may have: its reader looks.
    if (text[start - 1] === '$' && /^\{\{\w+\}\}$/.test(whole)) continue;
    // `${{ x }}` is left to the placeholders: the dollar belongs to it.
    const from = text[start - 1] === '$' ? start - 1 : start;
    const end = start + whole.length;
    result.push(text.slice(at, from));
    const blank = isDirective(whole) || aloneOnLine(text, from, end);
    result.push(blank ? blanked(text.slice(from, end)) : masked.repeat(end - from));
    skipped.push({ start: from, end });
    at = end;
  }
  if (skipped.length === 0) return { text, skipped };
  result.push(text.slice(at));
  return { text: result.join(''), skipped };
}

function isDirective(tagText: string): boolean {
  return directive.test(tagText) || bigDirective.test(tagText);
}

/** Spaces in the place of everything but line breaks. */
function blanked(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

function aloneOnLine(text: string, start: number, end: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const stop = text.indexOf('\n', end);
  const after = text.slice(end, stop < 0 ? text.length : stop);
  return before.trim() === '' && after.trim() === '';
}
