import { own } from '../../text/own';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Problem } from '../../text/problem';
import type { Fact } from '../../model/facts';
import type { EarlierReading, OtherFiles, Reader, ReadOptions, ReadResult } from '../../model/reader';
import { masked } from '../../syntax/placeholder';
import { isOtherEnvironment } from '../shared/profile';
import { neighbours, neighboursOf } from './neighbours';
import { resourcesOf, type Resource, type ResourceReader } from './resource';
import { resourceReaders } from './table';

/** Recognizing looks at this much: a manifest's first objects say what it is. */
const head = 64 * 1024;
const manifestName = /\.(ya?ml|json)(\.(tpl|tmpl|template|j2|erb|in|dist|example|sample))*$/i;

/**
 * A reader for each dialect of Kubernetes resources. A file is of the first dialect that has a resource in
 * it, and is read whole whichever that is: manifests mix resources of many kinds. What lies in the folder of
 * another environment than the chosen one says nothing.
 */
export const kubernetesReaders: readonly Reader[] = resourceReaders.map((resources) => ({
  dialect: resources.dialect,
  recognizes: (file) => recognizes(file, resources),
  read,
}));

const kindKey = /(?:^|[{,])[ \t]*(?:- )?"?kind"?[ \t]*:[ \t]*["']?(\w+)/gm;
const apiKey = /(?:^|[{,])[ \t]*(?:- )?"?apiVersion"?[ \t]*:[ \t]*["']?([\w.-]+(?:\/\w+)?)/gm;

/** A suite of helm-unittest: what a chart should print, in parts. */
const isChartTest = /^suite[ \t]*:/m;

function recognizes(file: SourceFile, resources: ResourceReader): boolean {
  if (!manifestName.test(file.path)) return false;
  const text = file.text.length > head ? file.text.slice(0, head) : file.text;
  if (!text.includes('apiVersion') || !text.includes('kind') || resources.fits?.(text) === false) return false;
  if (isChartTest.test(text)) return false;
  const kinds = new Set<string>();
  for (const match of text.matchAll(kindKey)) kinds.add(match[1] ?? '');
  for (const match of text.matchAll(apiKey)) {
    const api = match[1] ?? '';
    const wanted = own(resources.kinds, api.includes('/') ? api.slice(0, api.indexOf('/')) : '');
    if (wanted === 'all' || wanted?.some((kind) => kinds.has(kind)) === true) return true;
  }
  return false;
}

function read(
  file: SourceFile, others: OtherFiles, _before?: EarlierReading, options: ReadOptions = {},
): ReadResult {
  const { resources, problems } = resourcesOf(file, options);
  const wants = neighboursOf(file, resources);
  const all = [...resources, ...neighbours(wants, others, options)];
  const results = isOtherEnvironment(file.path, options.profile) ? [] : resources.flatMap((resource) => {
    const reader = readerOf(resource);
    return reader === undefined ? [] : [reader.read(resource, all)];
  });
  const facts = results.flatMap((r) => r.facts);
  return {
    facts: isPatch.test(file.path) ? facts.map(asPatch) : facts,
    problems: isFromTemplate(file) ? [] : problems.map((p): Problem => ({
      code: p.code, severity: p.code === 'syntax/duplicate-key' ? 'warning' : 'error', message: p.message,
      at: rangeIn(file, p.start, p.end),
    })),
    links: results.flatMap((r) => r.links ?? []),
    embedded: results.flatMap((r) => r.embedded ?? []),
    skipped: results.flatMap((r) => r.skipped ?? []),
    wants,
  };
}

/** Kustomize lays what stands here over what stands in its bases. */
const isPatch = /\/overlays?\/[^/]+\//i;

function asPatch(fact: Fact): Fact {
  return fact.kind === 'channel' ? { ...fact, overrides: true } : fact;
}

/** What a template prints may be what the grammar misses, and its branches repeat keys: it is not judged. */
function isFromTemplate(file: SourceFile): boolean {
  return file.text.includes(masked) || /\/templates\/|\.(tpl|tmpl|template|j2|erb)$/i.test(file.path);
}

function readerOf(resource: Resource): ResourceReader | undefined {
  return resourceReaders.find((reader) => {
    const kinds = own(reader.kinds, resource.group);
    return kinds === 'all' || kinds?.includes(resource.kind) === true;
  });
}
