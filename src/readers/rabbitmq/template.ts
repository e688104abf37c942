/**
 * Definitions are often templates: `"password": "${secrets["a"]}"`, `"message-ttl": ${ttl}`, `{{ ttl }}`.
 * This makes them JSON again without moving anything: quotes inside an expression become apostrophes,
 * and an expression that stands for a whole value becomes a string. Each character keeps its offset.
 */
export function maskTemplates(text: string): string {
  if (!text.includes('${') && !text.includes('{{')) return text;
  const out: string[] = [];
  let inString = false;
  let done = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    const size = expressionLength(text, i);
    if (size > 0) {
      const body = text.slice(i + 1, i + size - 1)
        .replaceAll('"', "'").replaceAll('\\', '/').replace(/[\r\n]/g, ' ');
      out.push(text.slice(done, i), inString ? `${c}${body}${text[i + size - 1]}` : `"${body}"`);
      i += size - 1;
      done = i + 1;
    } else if (c === '\\' && inString) {
      i++;
    } else if (c === '"') {
      inString = !inString;
    } else if (c === '\n') {
      // JSON strings end with their line; so a missing quote does not turn the rest of the file around.
      inString = false;
    }
  }
  out.push(text.slice(done));
  return out.join('');
}

/** Expressions longer than this are not expressions but braces that were never closed. */
const maxExpression = 500;

function expressionLength(text: string, at: number): number {
  const two = text.slice(at, at + 2);
  if (two === '{{') {
    const end = text.indexOf('}}', at + 2);
    return end < 0 || end - at > maxExpression ? 0 : end + 2 - at;
  }
  if (two !== '${') return 0;
  let depth = 0;
  for (let i = at + 1; i < text.length && i - at < maxExpression; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i + 1 - at;
    else if (text[i] === '\n') return 0;
  }
  return 0;
}

/** True for a value that a template fills in, as `maskTemplates` leaves it. */
export function isPlaceholder(text: string): boolean {
  return text.includes('${') || /^\{.*\}?$/s.test(text);
}
