import { rangeIn, resolvePath, type SourceFile } from '../text/sourceFile';
import type { Sourced } from '../text/range';
import type { ContractFact } from '../model/facts';
import type { Reader, ReadResult } from '../model/reader';
import { versionOfFolder } from './fileVersion';
import { parseProto, type ProtoFile } from './protoParser';
import type { Word } from './protoScan';

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
  const describes = /^[ \t]*extend\s+\.?google\.protobuf\.\w+Options\b/m.test(file.text);
  const facts = parsed.messages.map((message): ContractFact => {
    const at = rangeIn(file, message.name.start, message.name.end);
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
  return { facts, problems: [], links };
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
  const used = new Set<string>();
  for (const type of parsed.fieldTypes) {
    const name = type.replace(/^\./, '');
    for (const message of parsed.messages) {
      if (message.fullName === name || message.fullName.endsWith(`.${name}`)) used.add(message.fullName);
    }
  }
  return used;
}
