/** How much of a file recognition looks at: the keys that tell a dialect stand at its beginning. */
export const lookedAt = 1 << 16;

/** The beginning of a text, for a bounded look at it. */
export function headOf(text: string, limit = lookedAt): string {
  return text.length > limit ? text.slice(0, limit) : text;
}

/** Names of YAML and JSON files, also as templates that become such files. */
export function isYamlName(path: string): boolean {
  return /\.ya?ml(\.(j2|tpl|tmpl|tftpl|template|erb|in|dist|example|sample))*$/i.test(path);
}

export function isJsonName(path: string): boolean {
  return /\.jsonc?(\.(j2|tpl|tmpl|tftpl|template|erb|in|dist|example|sample))*$/i.test(path);
}

/** Of the text that was asked for last: many readers are asked for the same file, one after the other. */
let last: { readonly head: string; readonly keys: ReadonlySet<string> } = { head: '', keys: new Set() };

/** The keys of the outermost map as far as the head shows them, found without parsing. */
export function outermostKeys(head: string): ReadonlySet<string> {
  if (last.head !== head) {
    const keys = /^\s*(\/[/*]|\{(?!\{))/.test(head) ? keysOfBraces(head) : keysOfLines(head);
    last = { head, keys };
  }
  return last.keys;
}

/** Keys in the first column; those of several YAML documents together. */
function keysOfLines(head: string): Set<string> {
  const keys = new Set<string>();
  const key = /^(["']?)([A-Za-z_$][\w.-]*)\1[ \t]*:(?=\s|$)/gm;
  for (const match of head.matchAll(key)) keys.add(match[2] ?? '');
  return keys;
}

function keysOfBraces(head: string): Set<string> {
  const keys = new Set<string>();
  const tokens = /"((?:[^"\\\n]|\\.)*)"\s*(:?)|[{}[\]]|\/\/[^\n]*/g;
  let depth = 0;
  for (const match of head.matchAll(tokens)) {
    const c = match[0][0];
    if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (depth === 1 && match[2] === ':') keys.add(match[1] ?? '');
  }
  return keys;
}
