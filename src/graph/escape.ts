/** Escaping for the languages that graphs are written in. Names come from files: anything may be in them. */

/** Text for XML content and attribute values. Characters that XML 1.0 cannot carry become U+FFFD. */
export function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/gu, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
    .replace(/[\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** A double-quoted DOT string. In it only the quote and the backslash mean something. */
export function dotString(text: string): string {
  return `"${text
    .replace(/\0/g, '\ufffd')
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\r\n|\r|\n/g, '\\n')}"`;
}

/**
 * The inside of a quoted Mermaid label. Mermaid reads HTML and, between backticks, Markdown in it; its
 * own escape is `#…;` with an HTML entity's name or a decimal code.
 */
export function mermaidText(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[#;"<>&`\\|{}[\]()\p{Cc}]/gu, (c) => `#${c.charCodeAt(0)};`);
}
