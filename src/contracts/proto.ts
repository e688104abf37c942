import { rangeIn, resolvePath, type SourceFile } from '../text/sourceFile';
import type { Problem } from '../text/problem';
import type { SourceRange, Sourced } from '../text/range';
import type { ContractFact } from '../model/facts';
import type { Reader, ReadResult } from '../model/reader';
import { versionOfFolder } from './fileVersion';
import { checkProto } from './protobuf/check';
import { parseProto } from './protobuf/parse';
import { allExtends, allMessages, lookUp } from './protobuf/walk';
import type { ProtoFile, Word } from './protobuf/tree';

/** Protobuf files: each message is a contract; the package or the folder says its version. */
export const proto: Reader = {
  dialect: 'proto',
  recognizes: (file) => /\.proto$/i.test(file.path),
  read: readProto,
};

function readProto(file: SourceFile): ReadResult {
  const parsed = parseProto(file.text);
  const pkg = parsed.package;
  const place = pkg && rangeIn(file, pkg.start, pkg.end);
  const version = pkg && versionOfPackage(file, pkg);
  const used = usedNames(parsed);
  // What a file only hangs on options (`extend google.protobuf.MessageOptions`) describes messages, and is none.
  const describes = allExtends(parsed).some(({ type }) => /^\.?google\.protobuf\.\w+Options$/.test(type));
  const facts = allMessages(parsed).map((message): ContractFact => {
    const at = rangeIn(file, message.nameAt, message.nameAt + message.name.length);
    const said = version ?? versionOfFolder(file, place ?? at);
    return {
      kind: 'contract', dialect: 'proto', format: 'protobuf',
      extent: rangeIn(file, message.start, message.end),
      name: { value: message.fullName, at }, versionPlace: place ?? at,
      ...(said === undefined ? {} : { version: said }),
      ...(message.nested || describes || used.has(message.fullName) ? { nested: true } : {}),
    };
  });
  const links = parsed.imports
    .filter((i) => /^\.{1,2}\//.test(i.path.text))
    .map(({ path }) =>
      ({ path: resolvePath(file.path, path.text), at: rangeIn(file, path.start, path.end), fragment: '' }));
  return { facts, problems: problemsOf(file, parsed), links };
}

function problemsOf(file: SourceFile, parsed: ProtoFile): readonly Problem[] {
  const at = ({ start, end }: { start: number; end: number }): SourceRange => rangeIn(file, start, end);
  return [
    ...parsed.problems.map((problem): Problem => ({ code: 'syntax/proto', severity: 'error', message: problem.message, at: at(problem) })),
    ...checkProto(parsed).map(({ code, message, other, ...place }): Problem => ({
      code, severity: 'error', message, at: at(place), ...(other === undefined ? {} : { related: [{ at: at(other), message: other.message }] }),
    })),
  ];
}

/** The package's last part, as Buf and Google's AIP-215 have it: `shop.v2`, `shop.v1beta1`. */
function versionOfPackage(file: SourceFile, pkg: Word): Sourced<string> | undefined {
  const match = /(?:^|[._])v(\d+(?:p\d+)?(?:(?:alpha|beta)\d*)?)$/i.exec(pkg.text);
  const version = match?.[1];
  if (version === undefined) return undefined;
  return { value: version, at: rangeIn(file, pkg.end - version.length - 1, pkg.end) };
}

/** Full names of messages that fields of this file use: parts of others, not what a channel carries. */
function usedNames(parsed: ProtoFile): Set<string> {
  const names = new Map(allMessages(parsed).map(({ fullName }) => [fullName, fullName]));
  const used = new Set<string>();
  const use = (type: string, scope: string): void => {
    const found = lookUp(type, scope, names);
    if (found !== undefined) used.add(found);
  };
  for (const message of allMessages(parsed)) {
    for (const field of message.fields) use(field.type, message.fullName);
  }
  for (const extend of allExtends(parsed)) {
    for (const field of extend.fields) use(field.type, extend.scope);
  }
  return used;
}
