import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { isRemark } from './remark';
import type { Entry, ScalarNode, SyntaxNode, SyntaxProblem, SyntaxTree } from './tree';

/** Deeper nesting than this is cut, so that whoever walks a tree may do so by recursion. */
const maxDepth = 200;

/**
 * Parses JSON with what people and tools write into it: comments, commas before a closing bracket.
 * Those are kept silent, all else that JSON forbids is a problem. Never throws. A byte order mark must
 * be cut off before.
 */
export function parseJson(text: string): SyntaxTree {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, {
      allowTrailingComma: true,
      disallowComments: false,
      allowEmptyContent: true,
    });
  } catch {
    // jsonc-parser descends by recursion; some thousands of open brackets exhaust the stack.
    const message = 'This text is nested too deeply to be read.';
    return {
      roots: [],
      problems: [{ code: 'syntax/json', message, start: 0, end: Math.min(1, text.length) }],
    };
  }
  const problems = errorProblems(text, errors, root && root.offset + root.length);
  const node = root && convert(root, text, problems, 0);
  problems.sort((a, b) => a.start - b.start || a.end - b.end);
  return { roots: node === undefined ? [] : [node], problems };
}

function convert(node: Node, text: string, problems: SyntaxProblem[], depth: number): SyntaxNode | undefined {
  const start = node.offset;
  // A remark that is cut off after its first star ends behind the text, as the library counts.
  const end = Math.min(text.length, node.offset + node.length);
  switch (node.type) {
    case 'object': {
      const entries: Entry[] = [];
      if (depth < maxDepth) {
        const seen = new Set<string>();
        for (const property of node.children ?? []) {
          const entry = convertProperty(property, text, problems, depth + 1);
          if (entry === undefined) continue;
          if (seen.has(entry.key.text) && !isRemark(entry.key.text)) problems.push(duplicate(entry.key));
          seen.add(entry.key.text);
          entries.push(entry);
        }
      } else problems.push(tooDeep(start));
      return { kind: 'map', start, end, entries, flow: true };
    }
    case 'array': {
      if (depth >= maxDepth) problems.push(tooDeep(start));
      const children = depth < maxDepth ? (node.children ?? []) : [];
      return {
        kind: 'seq',
        start,
        end,
        items: children.map((c) => convert(c, text, problems, depth + 1)),
        flow: true,
      };
    }
    case 'property':
      return undefined;
    default:
      return scalar(node, text);
  }
}

function convertProperty(
  property: Node,
  text: string,
  problems: SyntaxProblem[],
  depth: number,
): Entry | undefined {
  const [keyNode, valueNode] = property.children ?? [];
  if (keyNode === undefined) return undefined;
  const key = scalar(keyNode, text);
  const value = valueNode && convert(valueNode, text, problems, depth);
  const colon = property.colonOffset === undefined ? undefined : property.colonOffset + 1;
  return { key, value, end: value?.end ?? colon ?? key.end, ...(colon === undefined ? {} : { colon }) };
}

function scalar(node: Node, text: string): ScalarNode {
  const start = node.offset;
  const end = Math.min(text.length, node.offset + node.length);
  const value = node.value as ScalarNode['value'];
  return {
    kind: 'scalar',
    start,
    end,
    value,
    text: typeof value === 'string' ? value : text.slice(start, end),
    style: node.type === 'string' ? 'double' : 'plain',
  };
}

function duplicate(key: ScalarNode): SyntaxProblem {
  return {
    code: 'syntax/duplicate-key',
    start: key.start,
    end: key.end,
    message: `The key "${key.text}" stands twice in this object; only the last one counts. Remove one of them.`,
  };
}

function tooDeep(start: number): SyntaxProblem {
  return {
    code: 'syntax/json',
    message: 'This text is nested too deeply; from here on it is not read.',
    start,
    end: start + 1,
  };
}

const sentences: Readonly<Record<string, string>> = {
  InvalidSymbol: 'This is no JSON value; texts need double quotes.',
  InvalidNumberFormat: 'This number is not written as JSON allows.',
  PropertyNameExpected: 'A property name in double quotes is missing here.',
  ValueExpected: 'A value is missing here.',
  ColonExpected: 'A ":" is missing behind the property name.',
  CommaExpected: 'A comma is missing before this.',
  CloseBraceExpected: 'A "}" is missing.',
  CloseBracketExpected: 'A "]" is missing.',
  EndOfFileExpected: 'The JSON value ends before this; remove what follows.',
  InvalidCommentToken: 'This comment is not written as // or /* */.',
  UnexpectedEndOfComment: 'This comment is not closed by */.',
  UnexpectedEndOfString: 'This text is not closed by a double quote.',
  UnexpectedEndOfNumber: 'This number ends too early.',
  InvalidUnicode: 'The escape \\u needs four hexadecimal digits.',
  InvalidEscapeCharacter: 'JSON knows no such escape; write \\\\ for a backslash.',
  InvalidCharacter: 'JSON does not allow this character here; write control characters as \\u escapes.',
};

/** One problem a place: jsonc-parser often reports several errors about one fault. */
function errorProblems(text: string, errors: readonly ParseError[], rootEnd = Infinity): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  let lastEnd = -1;
  for (const error of [...errors].sort((a, b) => a.offset - b.offset)) {
    if (error.offset <= lastEnd) continue;
    const name = printParseErrorCode(error.error);
    const start = Math.min(error.offset, text.length);
    const end = Math.min(text.length, start + Math.max(1, error.length));
    const what = start >= rootEnd && start < text.length ? 'EndOfFileExpected' : name;
    problems.push({
      code: 'syntax/json',
      message: sentences[what] ?? `This is not JSON (${name}).`,
      start,
      end,
    });
    if (what === 'EndOfFileExpected') break;
    lastEnd = end;
  }
  return problems;
}
