/** Text from a file, shown as text: nothing in it is Markdown. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|!~&]/g, '\\$&');
}

/** Text from a file as code, which has no escapes: what would end it becomes a quote, and a line stays one. */
export function code(text: string): string {
  return `\`${text.replace(/`/g, "'").replace(/\s*\n\s*/g, ' ')}\``;
}
