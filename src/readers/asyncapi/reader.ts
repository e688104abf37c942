import type { Problem } from '../../text/problem';
import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { OtherFiles, Reader, ReadResult } from '../../model/reader';
import { entry, get, isMap, text, type SyntaxNode } from '../../syntax/tree';
import { contentRange, entryRange, sourcedText } from '../shared/places';
import { defined } from '../shared/defined';
import { readChannels } from './channels';
import { dialect, type Doc } from './document';
import { extensionOfService } from './extension';
import { Messages } from './messages';
import { readOperations } from './operations';
import { isAsyncApi } from './recognize';
import { parseAny, Refs } from './refs';
import { readServers } from './servers';
import { readLastWills } from './session';

/** AsyncAPI documents, 2.0 to 3.x, YAML and JSON. */
export const asyncApi: Reader = { dialect, recognizes: isAsyncApi, read: readAsyncApi };

function readAsyncApi(file: SourceFile, others: OtherFiles): ReadResult {
  const tree = parseAny(file);
  const problems: Problem[] = tree.problems.map((p) => ({
    code: p.code, severity: 'error', message: p.message, at: rangeIn(file, p.start, p.end),
  }));
  const root = tree.roots.find((r) => isMap(r) && entry(r, 'asyncapi') !== undefined);
  if (root === undefined) return { facts: [], problems };
  const refs = new Refs(file, root, others);
  const major = majorOf(file, root, problems);
  const doc: Doc = { file, root, refs, major, service: titleOf(file, root), facts: [], problems };

  const servers = readServers(doc);
  const messages = new Messages(doc);
  const channels = readChannels(doc, servers, messages);
  const operations = readOperations(doc, channels, messages);
  readLastWills(doc, servers);
  if (operations > 0) addService(doc);
  problems.push(...refs.problems, ...missingFiles(refs, others));
  return { facts: doc.facts, problems, links: refs.links, wants: [...refs.wants].sort() };
}

/** Versions before 2 and after 3 are read as the nearest one that is known, and said so. */
function majorOf(file: SourceFile, root: SyntaxNode, problems: Problem[]): 2 | 3 {
  const node = get(root, 'asyncapi');
  const version = text(node) ?? '';
  const major = /^(\d+)(\.|$)/.exec(version)?.[1];
  if (node?.kind === 'scalar' && version !== '' && major !== '2' && major !== '3') {
    problems.push({
      code: 'asyncapi/unknown-version', severity: 'warning', at: contentRange(file, node),
      message: `AsyncAPI "${version}" is not known here; the document is read as version `
        + `${major === '1' ? 2 : 3}. Write a version from 2.0.0 to 3.1.0.`,
    });
  }
  return major === '2' || major === '1' ? 2 : 3;
}

/** `info.title` names the application; a document without one is named after its file. */
function titleOf(file: SourceFile, root: SyntaxNode): Sourced<string> {
  const title = sourcedText(file, get(root, 'info', 'title'));
  if (title !== undefined) return title;
  const key = entry(root, 'info')?.key ?? entry(root, 'asyncapi')?.key ?? root;
  const name = baseName(file.path).replace(/\.[^.]+$/, '');
  const at = key.kind === 'scalar' ? contentRange(file, key) : rangeIn(file, key.start, key.start);
  return { value: name, at };
}

function addService(doc: Doc): void {
  const info = entry(doc.root, 'info');
  const titled = text(get(doc.root, 'info', 'title')) !== undefined;
  doc.facts.push(defined({
    kind: 'service' as const, dialect, name: doc.service, ...extensionOfService(doc),
    extent: info === undefined ? doc.service.at : entryRange(doc.file, info),
    description: text(get(doc.root, 'info', 'description')),
    inferred: titled ? undefined : 'The document has no info.title; the service is named after the file.',
  }));
}

/** A file that was looked for and is not there. */
function missingFiles(refs: Refs, others: OtherFiles): Problem[] {
  const missing = refs.links.filter((link) => others.has(link.path) && others.get(link.path) === undefined);
  return missing.map((link) => ({
    code: 'asyncapi/missing-file', severity: 'error', at: link.at,
    message: `The file "${baseName(link.path)}" that this refers to does not exist. `
      + 'Create it, or correct the path.',
  }));
}
