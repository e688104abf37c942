import type { SourceFile } from '../../text/sourceFile';

/** `asyncapi` comes first in nearly all documents; a licence text may stand before it. */
const looked = 1 << 16;

const yamlKey = /^(["']?)asyncapi\1[ \t]*:/m;

/** True for a file with `asyncapi` as a key of its outermost map. */
export function isAsyncApi(file: SourceFile): boolean {
  if (!/\.(ya?ml|json)$/i.test(file.path)) return false;
  const head = file.text.length > looked ? file.text.slice(0, looked) : file.text;
  if (!head.includes('asyncapi')) return false;
  if (/^\s*(\/[/*]|\{)/.test(head)) return isOutermostKey(head);
  return yamlKey.test(head);
}

/** In JSON the key may stand anywhere on the first level, and a `package.json` may have it deeper down. */
function isOutermostKey(head: string): boolean {
  const tokens = /"((?:[^"\\\n]|\\.)*)"\s*(:?)|[{}[\]]|\/\/[^\n]*|\/\*[^]*?\*\//g;
  let depth = 0;
  for (const match of head.matchAll(tokens)) {
    const c = match[0][0];
    if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (depth === 1 && match[2] === ':' && match[1] === 'asyncapi') return true;
  }
  return false;
}
