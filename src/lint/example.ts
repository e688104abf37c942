/**
 * Template tag for texts of several lines inside indented code: cuts the first line break and the
 * indentation that all lines share; the text ends with one line break.
 */
export function text(strings: TemplateStringsArray): string {
  const lines = (strings[0] ?? '').replace(/^\n/, '').trimEnd().split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length);
  const margin = Math.min(...indents);
  return lines.map((line) => line.slice(margin).trimEnd()).join('\n') + '\n';
}
