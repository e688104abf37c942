import type { ContractFact } from '../model/facts';
import type { FlowModel } from '../model/model';
import type { Severity } from '../text/problem';
import { isTestPath } from '../text/testPath';
import { compareVersions, versionIn } from '../text/version';
import { changesBetween, forbidden, type PlacedVersion } from './changes';
import type { CompatFinding, CompatMode, ReadReference } from './compat';
import { defaultMode, modeOf, schemasOf } from './use';

/** Two versions of one contract that follow each other, by their names and paths alone. */
export interface Neighbours {
  readonly before: ContractFact;
  readonly now: ContractFact;
  readonly mode: CompatMode;
  /** True where a file or the caller says the mode. */
  readonly isModeStated: boolean;
  /** What the mode does not allow, with how much of a problem that is. */
  readonly breaks: readonly { readonly finding: CompatFinding; readonly severity: Severity }[];
}

/**
 * Versions that lie beside each other (`v1/order.proto` and `v2/order.proto`, `order-v1.avsc` and `order-v2.avsc`) and
 * that no schema lists: each with the one before it. Names and paths must be equal but for the version. A new major
 * version is how people break on purpose, so that without a stated mode a break there is information.
 */
export function* neighbours(model: FlowModel, read: ReadReference, options: { readonly mode?: CompatMode } = {}): Iterable<Neighbours> {
  const groups = new Map<string, ContractFact[]>();
  for (const contract of model.contracts) {
    const path = model.files.get(contract.extent.file)?.path;
    if (path === undefined || contract.version === undefined || contract.nested === true || isTestPath(contract.extent.file)) continue;
    // Versions that a schema lists are compared as it says.
    if (schemasOf(model, contract).some(({ schema }) => schema.versions.length > 1)) continue;
    const bare = unversionedPath(path);
    if (bare === path) continue;
    const key = `${contract.format}\n${bare}\n${unversionedName(contract.name.value)}`;
    groups.set(key, [...(groups.get(key) ?? []), contract]);
  }
  for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sorted = group.toSorted((a, b) => compareVersions(versionOf(a), versionOf(b)));
    // Two files with one version: which of them counts is not known.
    if (new Set(sorted.map(versionOf)).size < sorted.length) continue;
    for (const [i, now] of sorted.entries()) {
      const before = sorted[i - 1];
      if (before === undefined) continue;
      const stated = options.mode ?? [now, before].flatMap((one) => schemasOf(model, one)).map(({ schema }) => modeOf(schema)).find((one) => one !== undefined);
      const mode = stated ?? defaultMode;
      const [previous, current] = [placed(model, before, read), placed(model, now, read)];
      if (previous === undefined || current === undefined) continue;
      const cap: Severity = isSameMajor(versionOf(before), versionOf(now)) ? 'warning' : 'info';
      const breaks = forbidden(changesBetween(previous, current), mode)
        .filter(({ severity }) => stated !== undefined || severity === 'error')
        .map((finding) => ({ finding, severity: stated === undefined ? cap : finding.severity }));
      yield { before, now, mode, isModeStated: stated !== undefined, breaks };
    }
  }
}

function placed(model: FlowModel, contract: ContractFact, read: ReadReference): PlacedVersion | undefined {
  const file = read(model.files.get(contract.extent.file)?.path ?? '');
  return file && { format: contract.format, file, fragment: contract.format === 'json-schema' ? '' : contract.name.value, read };
}

function versionOf({ version }: ContractFact): string {
  return version?.value ?? '';
}

/** `1.2` and `1.3` promise to fit each other; `1` and `2` do not, nor do `1beta1` and `1`. */
function isSameMajor(a: string, b: string): boolean {
  return [a, b].every((version) => /^\d+(\.\d+)+$/.test(version)) && a.split('.')[0] === b.split('.')[0];
}

/** `contracts/v1/order.proto` and `order-v1.avsc` without their versions. */
export function unversionedPath(path: string): string {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  const folders = parts.map((part) => (/^v\d+([._]\d+)*((alpha|beta)\d*)?$/i.test(part) ? '*' : part));
  return [...folders, name.replace(/[-_.]v?\d+([._]\d+)*((alpha|beta)\d*)?(?=(\.schema)?\.[a-z]+$)/i, '-*')].join('/');
}

/** `shop.v1.Order`, `https://example.com/order/v1` and `OrderV1` without their versions. */
function unversionedName(name: string): string {
  const withoutPart = name.replace(/([./_:@#-])v\d+(?:p\d+)?(?:[._]\d+)*(?:(?:alpha|beta)\d*)?(?=$|[./_:#?-])/gi, '$1*');
  const found = withoutPart === name ? versionIn(name) : undefined;
  return found === undefined ? withoutPart : `${name.slice(0, found.start)}*${name.slice(found.end)}`;
}
