import type { Reader, ReadResult } from '../../model/reader';
import { entry, get, isMap, isScalar, type MapNode, type SyntaxNode } from '../../syntax/tree';
import { parseYaml } from '../../syntax/yaml';
import { compareProblems, type Problem } from '../../text/problem';
import { baseName, rangeIn, type SourceFile } from '../../text/sourceFile';
import { readAgain, type CutReading } from './again';
import { readBrokers } from './brokers';
import { ChannelIndex } from './channelIndex';
import { readChannels } from './channels';
import { dialect, type FlowContext } from './context';
import { cut, pieceSections, type Pieces, type PieceSection } from './pieces';
import { readSchemas } from './schemas';
import { readServices } from './services';
import { checkShape } from './shape';

/** Reads `*.flow.yaml`: the format of our own, described by `model/flowSchema/flow.schema.json`. */
export const flowReader: Reader = {
  dialect,
  recognizes: (file) => /\.flow\.ya?ml$/i.test(baseName(file.path)),
  read: (file, _others, before) => {
    const known = before && cutOf.get(before.result);
    const again = known && readAgain(file, known, readSections);
    const { result, pieces } = again ?? readFlow(file);
    // What is half typed cannot be cut; the next text that can be read is taken up from the last one that could.
    const next = pieces ? { file, result, pieces } : known;
    if (next) cutOf.set(result, next);
    return result;
  },
};

/** The reading that the one after a result may take up. Goes with the result. */
const cutOf = new WeakMap<ReadResult, CutReading>();

function readFlow(file: SourceFile): { result: ReadResult; pieces: Pieces | undefined } {
  const tree = parseYaml(file.text);
  const problems: Problem[] = tree.problems.map(({ code, message, start, end }) => ({
    code,
    severity: 'error',
    message,
    at: rangeIn(file, start, end),
  }));
  const roots = tree.roots.filter((root) => root !== undefined);
  const facts: FlowContext['facts'] = [];
  const links: FlowContext['links'] = [];
  let pieces: Pieces | undefined;
  if (roots.length === 0) problems.push(noVersion(file, 0, 'This flow file is empty.'));
  for (const root of roots) {
    const context: FlowContext = { file, channels: new ChannelIndex(root), facts, problems, links };
    checkVersion(context, root);
    if (!isMap(root)) continue;
    const counts = readSections(context, root);
    if (tree.isPlain && tree.problems.length === 0 && tree.roots.length === 1 && !root.flow) {
      const sections = pieceSections.flatMap((name) => cut(file.text, root, name, counts[name]) ?? []);
      pieces = { channels: context.channels, sections };
    }
  }
  return { result: { facts, problems: problems.sort(compareProblems), links }, pieces };
}

function readSections(context: FlowContext, root: MapNode): Record<PieceSection, readonly number[]> {
  checkShape(context, root);
  readBrokers(context, get(root, 'brokers'));
  readSchemas(context, get(root, 'schemas'));
  const channels = readChannels(context, get(root, 'channels'));
  return { channels, services: readServices(context, get(root, 'services')) };
}

function checkVersion(context: FlowContext, root: SyntaxNode): void {
  const { file, problems } = context;
  if (!isMap(root)) {
    const at = rangeIn(file, root.start, root.end);
    problems.push({
      code: 'flow/type',
      severity: 'error',
      at,
      message: 'A flow file is a map. Begin with "flow: 1", then "brokers:", "channels:" and "services:".',
    });
    return;
  }
  const version = entry(root, 'flow');
  if (version === undefined) {
    problems.push(noVersion(file, root.start, 'This flow file does not say its format version.', !root.flow));
    return;
  }
  if (isScalar(version.value) && version.value.text === '1') return;
  const at = version.value
    ? rangeIn(file, version.value.start, version.value.end)
    : rangeIn(file, version.key.start, version.end);
  const written = isScalar(version.value) ? version.value.text : '';
  const message =
    written === ''
      ? 'The format version is missing. Write "flow: 1".'
      : `The format version "${written}" is not known; this Tailrace reads version 1. Write "flow: 1", or update Tailrace.`;
  problems.push({ code: 'flow/version', severity: 'error', message, at });
}

function noVersion(file: SourceFile, at: number, what: string, canInsert = true): Problem {
  const firstKey = /^[^\s:#]*/.exec(file.text.slice(at, at + 80))?.[0].length ?? 0;
  const place = rangeIn(file, at, at);
  return {
    code: 'flow/version',
    severity: 'error',
    message: `${what} Begin it with "flow: 1".`,
    at: rangeIn(file, at, at + firstKey),
    ...(canInsert
      ? { fixes: [{ title: 'Add flow: 1', safe: true, edits: [{ at: place, newText: 'flow: 1\n' }] }] }
      : {}),
  };
}
