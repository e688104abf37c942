import { baseName, rangeIn, type SourceFile } from '../text/sourceFile';
import type { Problem } from '../text/problem';
import type { Reader, ReadResult } from '../model/reader';
import { parseJson } from '../syntax/json';
import { get, isMap } from '../syntax/tree';
import { startOf, versionOfFolder, versionWithin } from './fileVersion';
import { hasKey, place } from './jsonPlace';

/** JSON Schemas: `*.schema.json`, or a file whose `$schema` is one of json-schema.org's. */
export const jsonSchema: Reader = { dialect: 'jsonschema', recognizes: isJsonSchema, read: readJsonSchema };

const looked = 4_000;
const schemaKeys = [
  '$schema', 'type', 'properties', '$ref', 'oneOf', 'anyOf', 'allOf', '$defs', 'definitions',
];
const metaSchema = /"\$schema"\s*:\s*"https?:\/\/json-schema\.org\//;
const shape = /"(type|properties|\$ref|oneOf|anyOf|allOf|\$defs|definitions)"\s*:/;

/** Files that are schemas of something else than messages, by names everybody uses. */
const others = /(^|[./_-])(package|tsconfig|config|settings|values|composer|eslint\w*|renovate)(\.schema)?\.json$/i;

/** The head decides; Tailrace's own schema of flow files describes files, not messages. */
function isJsonSchema(file: SourceFile): boolean {
  if (!/\.json$/i.test(file.path) || others.test(baseName(file.path))) return false;
  const byName = /\.schema\.json$/i.test(file.path);
  const head = file.text.length > looked ? file.text.slice(0, looked) : file.text;
  if (!byName && !metaSchema.test(head)) return false;
  // The schema of schemas, which projects keep a copy of, describes no message.
  if (/"\$?id"\s*:\s*"https?:\/\/json-schema\.org\//.test(head)) return false;
  return /^\s*(\/[/*][^]*?)?\{/.test(head) && shape.test(head) && !/flow\.schema\.json$/i.test(file.path);
}

function readJsonSchema(file: SourceFile): ReadResult {
  const tree = parseJson(file.text);
  const problems: Problem[] = tree.problems.map((p) => ({
    code: p.code, severity: 'error', message: p.message, at: rangeIn(file, p.start, p.end),
  }));
  const root = tree.roots[0];
  if (!isMap(root) || !hasKey(root, schemaKeys)) return { facts: [], problems };
  const id = place(file, get(root, '$id')) ?? place(file, get(root, 'id'));
  const title = place(file, get(root, 'title'));
  const name = id ?? title
    ?? { value: baseName(file.path).replace(/(\.schema)?\.json$/i, ''), at: startOf(file) };
  const versionPlace = id?.at ?? title?.at ?? startOf(file);
  const version = versionWithin(id) ?? place(file, get(root, 'version')) ?? versionWithin(title)
    ?? versionWithin({ value: baseName(file.path).replace(/(\.schema)?\.json$/i, ''), at: startOf(file) })
    ?? versionOfFolder(file, versionPlace);
  return {
    facts: [{
      kind: 'contract', dialect: 'jsonschema', format: 'json-schema',
      extent: rangeIn(file, root.start, root.end),
      name, versionPlace, ...(version === undefined ? {} : { version }),
    }],
    problems,
  };
}
