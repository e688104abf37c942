import { commentSigns } from '../lint/comments';
import { readSuppressions } from '../lint/suppress';
import { isMap, isSeq, type SyntaxNode } from '../syntax/tree';
import { maskTemplates } from '../syntax/template';
import { parseYaml } from '../syntax/yaml';
import { applyEdits } from '../text/edits';
import { LineIndex } from '../text/lineIndex';
import type { Problem, TextEdit } from '../text/problem';
import { rangeIn, type SourceFile } from '../text/sourceFile';
import { withoutTemplateEnding } from '../text/templateName';
import type { Ide } from './context';
import type { Action } from './fixes';
import { isPlain } from './semantic/quoting';

const sign = 'tailrace-ignore';

/** Ways to silence a problem: here, in the whole file, or in the configuration where comments cannot be. */
export function ignoreActions(ide: Ide, file: SourceFile, problem: Problem): readonly Action[] {
  // What a comment would silence is that the comment, too, could not be read.
  if (problem.code.startsWith('syntax/')) return [];
  const [comment] = commentSigns(file.path);
  const action = (title: string, edit: TextEdit | undefined, creates?: string): readonly Action[] =>
    edit === undefined
      ? []
      : [{ title, kind: 'quick-fix', edits: [edit], problem, preferred: false, creates }];
  if (comment !== undefined) {
    return [
      ...action(`Ignore ${problem.code} on this line`, ignoreLine(ide, file, problem)),
      ...action(`Ignore ${problem.code} in this file`, ignoreFile(file, problem.code, comment)),
    ];
  }
  const config = ide.config(file.path);
  if (config === undefined) return [];
  const edit = configEdit(config.file, config.relative, problem.code);
  return action(
    `Ignore ${problem.code} for this file in tailrace.config.yaml`,
    edit,
    config.exists ? undefined : config.file.path,
  );
}

/**
 * A comment on a line of its own above, with the indentation of what it speaks for; undefined where a line
 * more would be no comment: inside a text that goes over several lines, or in a JSON file that a manifest carries.
 */
function ignoreLine(ide: Ide, file: SourceFile, problem: Problem): TextEdit | undefined {
  const [comment] = commentSigns(innerPath(ide, file, problem.at.start) ?? file.path);
  if (comment === undefined) return undefined;
  const index = new LineIndex(file.text);
  const { line } = index.position(problem.at.start);
  const above = line === 0 ? '' : index.lineText(line - 1);
  const extended = new RegExp(`^\\s*${comment}\\s*${sign}\\s+[\\w/*, -]+`).exec(above);
  if (extended) {
    const at = index.lineStart(line - 1) + extended[0].trimEnd().length;
    return { at: rangeIn(file, at, at), newText: `, ${problem.code}` };
  }
  const start = index.lineStart(line);
  if (isInsideText(file, start)) return undefined;
  const indent = /^[ \t]*/.exec(index.lineText(line))?.[0] ?? '';
  const edit = {
    at: rangeIn(file, start, start),
    newText: `${indent}${comment} ${sign} ${problem.code}${lineBreak(file.text)}`,
  };
  const after = readSuppressions(file, applyEdits(file.text, [edit]).text);
  return after.some((s) => s.line === line + 1 && s.rules.some((rule) => rule.name === problem.code)) ? edit : undefined;
}

/** The path of the file inside of this one that a place lies in, as a ConfigMap carries it. */
function innerPath(ide: Ide, file: SourceFile, offset: number): string | undefined {
  return ide.file(file.id)?.result.embedded
    ?.find(({ outer, text }) => outer(0) <= offset && offset <= outer(text.length))?.path;
}

/** True within a scalar that a comment would cut in two. Block texts are judged by what a reader of comments sees. */
function isInsideText({ path, text }: SourceFile, offset: number): boolean {
  if (!/\.ya?ml$/i.test(withoutTemplateEnding(path))) return false;
  const inside = (node: SyntaxNode | undefined): boolean => {
    if (node === undefined || node.start >= offset || node.end <= offset) return false;
    if (isMap(node)) return node.entries.some((entry) => entry.merged !== true && inside(entry.value));
    return isSeq(node) ? node.items.some(inside) : node.style !== 'block';
  };
  return parseYaml(maskTemplates(text).text).roots.some(inside);
}

function ignoreFile(file: SourceFile, code: string, comment: string): TextEdit {
  // YAML's directives must stay the first lines.
  const start = /^(?:%.*\r?\n)*(?:---[ \t]*\r?\n)?/.exec(file.text)?.[0].length ?? 0;
  return {
    at: rangeIn(file, start, start),
    newText: `${comment} ${sign}-file ${code}${lineBreak(file.text)}`,
  };
}

/** An override for one file, behind those that are there; undefined where they are not written as a block. */
function configEdit(config: SourceFile, relative: string, code: string): TextEdit | undefined {
  const nl = lineBreak(config.text);
  const path = isPlain(relative) ? relative : JSON.stringify(relative);
  const item = (indent: string): string =>
    [`${indent}- files: [${path}]`, `${indent}  rules:`, `${indent}    ${code}: off`, ''].join(nl);
  const overrides = /^overrides:[ \t]*(#.*)?(\r?\n|$)/m.exec(config.text);
  if (overrides === null) {
    if (/^overrides\s*:/m.test(config.text)) return undefined;
    const end = config.text.length;
    const before = end === 0 || config.text.endsWith('\n') ? '' : nl;
    return { at: rangeIn(config, end, end), newText: `${before}overrides:${nl}${item('  ')}` };
  }
  const at = overrides.index + overrides[0].length;
  const indent = /^(?:[ \t]*(?:#.*)?\r?\n)*([ \t]*)-/.exec(config.text.slice(at))?.[1] ?? '  ';
  const before = overrides[0].endsWith('\n') ? '' : nl;
  return { at: rangeIn(config, at, at), newText: before + item(indent) };
}

function lineBreak(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
