import { breaksAgainst, breaksOfMoved, contractFilesOf, keyOf, type Baseline, type BaselineBreak, type CompareOptions, type ContractFile, type NamedBaseline } from '../contracts/against';
import { documentsOf, payloadBreaks } from '../contracts/asyncapi/against';
import type { CompatMode } from '../contracts/compat';
import { neighbours } from '../contracts/neighbours';
import { consumersOfContract, type ContractUse } from '../contracts/use';
import partitionChange from '../lint/rules/ordering/partition-change';
import { channelWords } from '../lint/words';
import type { Consume } from '../model/model';
import { consumersOf } from '../model/users';
import { compareRanges } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import type { OpenBaseline } from './against';
import type { CompatProblem } from './formats/compat';
import type { Moves } from './gone';
import type { Loaded } from './load';

/** @param except a folder whose files are left out: it is what the others are compared with. */
export function contractFiles({ snapshot }: Loaded, except?: string): readonly ContractFile[] {
  return contractFilesOf(snapshot.model, (id) => snapshot.file(id)?.file)
    .filter(({ file }) => except === undefined || !file.path.startsWith(`${except}/`));
}

/** AsyncAPI documents, whose payloads are compared as contracts are. @param except as for `contractFiles` */
export function documentFiles({ snapshot, workspace }: Loaded, except?: string): readonly SourceFile[] {
  return documentsOf(snapshot.model).filter((path) => except === undefined || !path.startsWith(`${except}/`))
    .flatMap((path) => workspace.text(path) ?? []);
}

/** All that is broken, each change once, in no order. A file or contract that was moved is compared with what it was elsewhere. */
export function brokenBy(
  loaded: Loaded, files: readonly ContractFile[], baseline: OpenBaseline, options: CompareOptions, documents: readonly SourceFile[], moves: Moves,
): readonly CompatProblem[] {
  const { workspace, snapshot: { model } } = loaded;
  const found = new Map<string, BaselineBreak>();
  const read = (path: string): SourceFile | undefined => workspace.text(path);
  const moved: Baseline = { read: baseline.read, earlier: (path) => moves.renamed.get(path) ?? baseline.earlier(path) };
  const all = [
    ...files.flatMap(({ file, contracts }) => [
      ...breaksAgainst(model, file, contracts, read, moved, options),
      ...breaksOfMoved(model, file, contracts, (contract) => moves.before(contract, file), read, baseline, options),
    ]),
    ...documents.flatMap((file) => payloadBreaks(model, file, read, moved, { ...options, documents: documents.map(({ path }) => path) })),
  ];
  const roots = new Set(baseline.files.flatMap(({ contracts }) => contracts.filter(({ nested }) => nested !== true).map(({ name }) => name.value)));
  for (const one of all) {
    const key = keyOf(one.finding);
    const known = found.get(key);
    found.set(key, known === undefined ? asTold(one, roots) : { ...known, consumers: [...known.consumers, ...one.consumers] });
  }
  return [...found.values()].map(({ finding, contract, consumers }): CompatProblem => ({
    check: finding.check, severity: finding.severity, contract,
    message: `${finding.message} ${finding.advice}`.trim(),
    ...loaded.places.of(finding.at),
    consumers: namesOf(consumers), related: relatedOf(loaded, consumers),
  }));
}

/** A message that is gone is a contract that is gone, as with its file, if no other message only used it. */
function asTold(one: BaselineBreak, roots: ReadonlySet<string>): BaselineBreak {
  const { finding } = one;
  return finding.check === 'MESSAGE_REMOVED' && roots.has(finding.element) ? { ...one, finding: { ...finding, severity: 'error' } } : one;
}

/** Names of services, sorted, each once. */
export function namesOf(consumers: readonly ContractUse<Consume>[]): readonly string[] {
  return [...new Set(consumers.map(({ edge }) => edge.service.name))].sort();
}

export function relatedOf(loaded: Loaded, consumers: readonly ContractUse<Consume>[]): CompatProblem['related'] {
  return consumers.map(({ edge, channel, version }) => ({
    ...loaded.places.of(edge.at),
    message: `${edge.service.name} consumes it from ${channelWords(channel)}${version === undefined ? '' : ` as version ${version}`}`,
  }));
}

/** What versions that lie beside each other break, in no order. */
export function brokenBetween(loaded: Loaded, mode: CompatMode | undefined): readonly CompatProblem[] {
  const { workspace, snapshot: { model }, places } = loaded;
  return [...neighbours(model, (path) => workspace.text(path), { mode })].flatMap(({ before, now, breaks }) => {
    const consumers = consumersOfContract(model, before).map(({ edge }) => edge.service.name);
    const other = places.of(before.name.at);
    return breaks.map(({ finding, severity }): CompatProblem => ({
      check: finding.check, severity, contract: now.name.value,
      message: `${finding.message} Version ${before.version?.value} is in ${other.file}. ${finding.advice}`,
      ...places.of(finding.at), consumers: [...new Set(consumers)].sort(),
      related: [{ ...other, message: `Version ${before.version?.value}` }],
    }));
  });
}

/** Topics whose number of partitions is another than before, in no order; the configuration's levels and comments count. */
export function repartitioned({ workspace, snapshot: { model }, places }: Loaded, baseline: NamedBaseline): readonly CompatProblem[] {
  return workspace.problemsAgainst(baseline, [partitionChange]).map(({ code, severity, message, at, related }): CompatProblem => {
    const topic = model.channels.find(({ declarations }) => declarations.some(({ settings: { partitions } }) => partitions !== undefined && compareRanges(partitions.at, at) === 0));
    const consumers = topic === undefined ? [] : consumersOf(topic).map(({ service }) => service.name);
    return {
      check: code, severity, message, contract: topic?.address ?? '', ...places.of(at), consumers: [...new Set(consumers)].sort(),
      related: (related ?? []).map((one) => ({ ...places.of(one.at), message: one.message })),
    };
  });
}

/** By file and place. */
export function compareCompat(a: CompatProblem, b: CompatProblem): number {
  const [x, y] = [a.range.start, b.range.start];
  return compareText(a.file, b.file) || x.line - y.line || x.column - y.column
    || compareText(a.check, b.check) || compareText(a.message, b.message);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
