import { compareContracts } from './compare';
import { directionsOf, type CompatFinding, type CompatMode, type ContractText, type ReadReference } from './compat';
import type { SourceFile } from '../text/sourceFile';

/** A version of a contract with the files beside it. */
export interface PlacedVersion extends ContractText {
  readonly read: ReadReference;
}

/** What a mode does not allow of these. */
export function forbidden(findings: readonly CompatFinding[], mode: CompatMode): readonly CompatFinding[] {
  const { directions } = directionsOf(mode);
  return findings.filter((finding) => directions.includes(finding.direction));
}

interface Known {
  readonly previous: SourceFile;
  readonly fragments: string;
  /** The files that were asked for, and what they were, on either side. */
  readonly asked: readonly (readonly [side: 'previous' | 'current', path: string, file: SourceFile | undefined])[];
  readonly findings: readonly CompatFinding[];
}

/** By the new version's text: what it was compared with last. Texts that change are other objects. */
const known = new WeakMap<SourceFile, Known[]>();

/** As many as a contract has versions, and some: the oldest answer is forgotten. */
const maxKnown = 16;

/** All that a new version breaks; the same texts are compared once. */
export function changesBetween(previous: PlacedVersion, current: PlacedVersion): readonly CompatFinding[] {
  const fragments = `${previous.format} ${current.format}\n${previous.fragment}\n${current.fragment}`;
  let list = known.get(current.file);
  if (list === undefined) known.set(current.file, (list = []));
  const sides = { previous, current };
  const before = list.find((one) => one.previous === previous.file && one.fragments === fragments
    && one.asked.every(([side, path, file]) => sides[side].read(path) === file));
  if (before !== undefined) return before.findings;
  const asked: Known['asked'][number][] = [];
  const noting = (side: 'previous' | 'current'): ReadReference => (path) => {
    const file = sides[side].read(path);
    asked.push([side, path, file]);
    return file;
  };
  const findings = compareContracts(previous, current, noting('previous'), noting('current'));
  list.unshift({ previous: previous.file, fragments, asked, findings });
  list.length = Math.min(list.length, maxKnown);
  return findings;
}
