import { parseProperties } from '../syntax/properties';
import { isMap, isScalar, isSeq, type Comment, type SyntaxNode } from '../syntax/tree';
import { maskTemplates } from '../syntax/template';
import { parseYaml } from '../syntax/yaml';
import { withoutTemplateEnding } from '../text/templateName';
import { protoComments } from './protoComments';

export type CommentSign = '#' | '//';

/** What a text is nested in cannot be deeper than this without being an attack. */
const maxDepth = 200;

/**
 * The signs by which a file of this name begins comments that run to the line's end, the usual one first;
 * none for JSON.
 */
export function commentSigns(path: string): readonly CommentSign[] {
  const name = withoutTemplateEnding(path);
  if (/\.(ya?ml|properties|env|ini|cfg|cnf|config|acl)$|(^|\/)acls?(_?file)?$/i.test(name)) return ['#'];
  if (/\.(tf|tofu|tfvars|hcl|conf)$/i.test(name)) return ['#', '//'];
  return /\.(proto|avdl|jsonc)$/i.test(name) ? ['//'] : [];
}

/** The comments of a file in order of the text, also those of files that a YAML file carries as block texts. */
export function commentsOf(path: string, text: string): readonly Comment[] {
  const name = withoutTemplateEnding(path);
  if (/\.ya?ml$/i.test(name)) return yamlComments(text);
  if (/\.properties$/i.test(name)) return parseProperties(text).comments;
  const signs = commentSigns(path);
  if (signs.length === 0) return [];
  return signs.includes('#') ? lineComments(text, signs) : protoComments(text);
}

function yamlComments(text: string): Comment[] {
  // A Helm template is YAML between its signs; their place is kept.
  const { roots, comments } = parseYaml(maskTemplates(text).text);
  const inner = roots.flatMap((root) => carriedComments(text, root, 0));
  return [...comments, ...inner].sort((a, b) => a.start - b.start);
}

/** Comments in `application.yml: |`: the text under a key that is a file's name, as ConfigMaps have it. */
function carriedComments(text: string, node: SyntaxNode | undefined, depth: number): Comment[] {
  if (depth > maxDepth) return [];
  if (isSeq(node)) return node.items.flatMap((item) => carriedComments(text, item, depth + 1));
  if (!isMap(node)) return [];
  return node.entries.flatMap(({ key, value, merged }) => {
    if (merged === true) return [];
    if (!isScalar(value)) return carriedComments(text, value, depth + 1);
    const signs = value.style === 'block' && text[value.start] === '|' ? commentSigns(key.text) : [];
    if (signs.length === 0) return [];
    const start = text.indexOf('\n', value.start) + 1;
    if (start === 0) return [];
    return lineComments(text.slice(start, value.end), signs)
      .map((c) => ({ ...c, start: start + c.start, end: start + c.end }));
  });
}

/** Comments of formats in which a sign behind a blank, or at a line's start, begins one; not those in heredocs. */
function lineComments(text: string, signs: readonly CommentSign[]): Comment[] {
  const found: Comment[] = [];
  const sign = signs.includes('//') ? /(?:^|[ \t])(#|\/\/)/ : /(?:^|[ \t])(#)/;
  let heredoc: string | undefined;
  let start = 0;
  for (const line of text.split('\n')) {
    const at = start;
    start += line.length + 1;
    if (heredoc !== undefined) {
      if (line.trim() === heredoc) heredoc = undefined;
      continue;
    }
    const match = sign.exec(line);
    const quotes = match === null ? 0 : line.slice(0, match.index).split('"').length - 1;
    if (match?.[1] !== undefined && quotes % 2 === 0) {
      const from = match.index + match[0].length - match[1].length;
      const end = line.trimEnd().length;
      found.push({ start: at + from, end: at + end, text: line.slice(from + match[1].length, end).trim() });
    } else {
      heredoc = signs.includes('//') ? /<<-?"?([A-Za-z_]\w*)"?\s*$/.exec(line)?.[1] : undefined;
    }
  }
  return found;
}
