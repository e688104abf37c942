import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { Fact } from '../../model/facts';
import type { EmbeddedFile, FileLink, ReadOptions } from '../../model/reader';
import { parseJson } from '../../syntax/json';
import { parseYaml } from '../../syntax/yaml';
import { get, isMap, isSeq, text, type MapNode, type SyntaxNode, type SyntaxProblem } from '../../syntax/tree';
import { entryRange, knownText } from '../shared/places';
import { filledIn, parametersOf, type Parameters } from './parameters';

/** One object of a manifest: a document, or an item of a `List`. */
export interface Resource {
  readonly file: SourceFile;
  /** With the values of a template's parameters filled in. */
  readonly root: MapNode;
  /** `kafka.strimzi.io` of `kafka.strimzi.io/v1`; empty for the core group (`v1`). */
  readonly group: string;
  /** `v1beta2`. */
  readonly version: string;
  readonly kind: string;
  /** Undefined where it is missing or a template fills it in. */
  readonly name: Sourced<string> | undefined;
  readonly namespace: string | undefined;
  /** The whole object. */
  readonly extent: SourceRange;
  readonly options: ReadOptions;
}

/** What the reading of one resource gives. */
export interface ResourceFacts {
  readonly facts: readonly Fact[];
  readonly links?: readonly FileLink[];
  readonly embedded?: readonly EmbeddedFile[];
  readonly skipped?: readonly SourceRange[];
}

/** Reads resources of one dialect. Facts carry that dialect, whatever else stands in the same file. */
export interface ResourceReader {
  readonly dialect: string;
  /** What must hold for the beginning of a file, beside the kinds in it, before it is taken for this dialect's. */
  readonly fits?: (head: string) => boolean;
  /** API groups, and kinds within them where only some are read: `{ 'kafka.strimzi.io': 'all', '': ['ConfigMap'] }`. */
  readonly kinds: Readonly<Record<string, 'all' | readonly string[]>>;
  read(resource: Resource, all: readonly Resource[]): ResourceFacts;
}

/** The resources of a manifest in YAML or JSON, with what is wrong in its text. */
export function resourcesOf(
  file: SourceFile, options: ReadOptions,
): { resources: readonly Resource[]; problems: readonly SyntaxProblem[] } {
  const tree = /\.json$/i.test(file.path) ? parseJson(file.text) : parseYaml(file.text);
  const resources = tree.roots.flatMap((root) => resourcesIn(file, root, options, noParameters, 0));
  return { resources, problems: tree.problems };
}

const noParameters: Parameters = new Map();

function resourcesIn(
  file: SourceFile, written: SyntaxNode | undefined, options: ReadOptions, parameters: Parameters, depth: number,
): Resource[] {
  const kind = text(get(written, 'kind'));
  const isTemplate = kind === 'Template' && depth === 0;
  const root = isTemplate ? written : filledIn(written, parameters);
  if (!isMap(root) || kind === undefined) return [];
  const inner = isTemplate ? parametersOf(root) : noParameters;
  const lists = kind === 'Template' ? get(root, 'objects') : /List$/.test(kind) ? get(root, 'items') : undefined;
  // OpenShift templates and `kind: List` hold the objects themselves; they do not nest in practice.
  if (isSeq(lists) && depth < 3) {
    return lists.items.flatMap((item) => resourcesIn(file, item, options, inner, depth + 1));
  }
  const api = text(get(root, 'apiVersion')) ?? '';
  const slash = api.indexOf('/');
  const name = knownText(file, get(root, 'metadata', 'name'));
  const namespace = knownText(file, get(root, 'metadata', 'namespace'));
  return [{
    file, root, options, kind,
    group: slash < 0 ? '' : api.slice(0, slash), version: api.slice(slash + 1),
    name: name === 'open' ? undefined : name,
    namespace: namespace === 'open' ? undefined : namespace?.value,
    extent: rangeIn(file, root.start, root.end),
  }];
}

/** The entry of a key that must be there for a value with a place: where a dialect's own default rests. */
export function placeOf(resource: Resource, key: string): SourceRange {
  const found = resource.root.entries.find((e) => e.key.text === key);
  return found === undefined ? resource.extent : entryRange(resource.file, found);
}

/** A label or annotation of a resource (or of its pod template), if it is known. */
export function metadataText(
  resource: Resource, kind: 'labels' | 'annotations', key: string, ...below: readonly string[]
): Sourced<string> | undefined {
  const found = knownText(resource.file, get(resource.root, ...below, 'metadata', kind, key));
  return found === 'open' ? undefined : found;
}
