import { baseName, dirName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { OtherFiles } from '../../model/reader';
import { folderName } from '../shared/folderName';
import { merged, readDocuments } from './documents';
import { conditionOf, matches, profileOfName, type IsActive } from './profiles';
import { canonicalKey, type Leaf, type Settings } from './settings';

/** What the program is called, and why, where no file says it. */
export interface ServiceName {
  readonly name: Sourced<string>;
  readonly inferred?: string;
}

const standard = /^(application|bootstrap)/i;

/**
 * The files that hold beneath this one in every profile: the others that Spring Boot reads out of its folder.
 * `spring.application.name` stands in one of them only, and so may the broker.
 */
export function siblingsOf(file: SourceFile): string[] {
  if (!standard.test(baseName(file.path))) return [];
  const folder = dirName(file.path);
  return ['application.yml', 'application.yaml', 'application.properties', 'bootstrap.yml', 'bootstrap.yaml',
    'bootstrap.properties'].map((name) => `${folder}/${name}`).filter((path) => path !== file.path);
}

/**
 * The files that hold above this one: those of the profiles in force, where nobody chose those of production's
 * usual names. What they say of a key is what counts, and not what this file says.
 */
export function overridesOf(file: SourceFile, chosen: string | undefined): string[] {
  const base = /^(application|bootstrap)\.(ya?ml|properties)$/i.exec(baseName(file.path))?.[1];
  if (base === undefined) return [];
  const free = chosen === undefined || chosen.trim() === '';
  const names = free ? ['prod', 'production'] : chosen.split(',').map((name) => name.trim()).filter((n) => n !== '');
  // The profile that is named last counts first.
  return names.slice(0, maxProfiles).reverse().flatMap((name) => ['yml', 'yaml', 'properties'].map((ending) =>
    `${dirName(file.path)}/${base}-${name}.${ending}`));
}

const maxProfiles = 10;

/** The settings of other files that are in force, those of the first path count. */
export function settingsOf(
  file: SourceFile, paths: readonly string[], others: OtherFiles, isActive: IsActive,
): Settings {
  const leaves = [...paths].reverse().flatMap((path) => {
    const other = others.get(path);
    if (other === undefined || other.text.length > maxSibling) return [];
    return readDocuments(other).documents.flatMap((d) => {
      const condition = conditionOf(d.leaves);
      return condition === undefined || matches(condition, isActive) ? [d.leaves] : [];
    });
  });
  return merged(file, leaves);
}

/** How a program reaches its brokers, which one of its files says for all of them. */
const connection = new RegExp('^spring\\.(' + [
  'kafka\\.((producer|consumer|streams)\\.)?(bootstrapservers(\\[\\d+\\])?|(properties\\.)?security\\.protocol)',
  'rabbitmq\\.(host|port|addresses(\\[\\d+\\])?|virtualhost|ssl\\.enabled)',
  'cloud\\.stream\\.kafka\\.(streams\\.)?binder\\.brokers(\\[\\d+\\])?',
].join('|') + ')$');

/**
 * What this file's settings come to among its siblings: its own keys, with what the files above it say of
 * them, and the brokers that any of them names.
 */
export function amongSiblings(
  file: SourceFile, own: readonly (readonly Leaf[])[], lower: Settings, above: Settings, reaches: RegExp = connection,
): Settings {
  const isConnection = (leaf: Leaf): boolean => reaches.test(canonicalKey(leaf.parts.join('.')));
  const named = new Set(own.flatMap((leaves) => leaves.map(withoutIndex)));
  return merged(file, [
    lower.all.filter(isConnection), ...own,
    above.all.filter((leaf) => named.has(withoutIndex(leaf)) || isConnection(leaf)),
  ], lower, above);
}

function withoutIndex(leaf: Leaf): string {
  return canonicalKey(leaf.parts.join('.')).replace(/(\[\d*\])+$/, '');
}

/** A larger file is read for its own sake only. */
const maxSibling = 200_000;

/** Folders of a config server's repository: a file without a name of its own is handed to all programs. */
const repository = new RegExp('(^|/)(shared|common|global|'
  + '(spring-?)?(cloud-?)?config(uration)?s?[-_](repo|repository|store|data|server-repo)s?)$', 'i');

/** True for the `application` file of a config server's repository: it is of every program, and of none. */
export function isForAll(file: SourceFile): boolean {
  return standard.test(baseName(file.path)) && repository.test(dirName(file.path));
}

/**
 * The service: `spring.application.name` of this file or of those beneath it, else the file's own name in a
 * repository of a config server, else the nearest folder with a telling name.
 * @param others the settings of other files, the first that says it counts.
 * @param at where to stand if no file says it.
 */
export function serviceName(
  file: SourceFile, settings: Settings, others: readonly Settings[], at: SourceRange | undefined, key: string,
): ServiceName {
  const said = settings.text(key) ?? others.map((one) => one.text(key)).find((one) => one !== undefined);
  if (said !== undefined) return { name: said };
  const place = at ?? rangeIn(file, 0, 0);
  const base = baseName(file.path).replace(/\.(ya?ml|properties)(\.\w+)*$/i, '');
  if (!standard.test(base)) {
    const profile = profileOfName(baseName(file.path), undefined);
    const value = profile === undefined ? base : base.slice(0, -profile.length - 1);
    return {
      name: { value, at: place },
      inferred: `No file says ${key}; the service is named after this file, as a config server does.`,
    };
  }
  return {
    name: { value: folderName(file.path) ?? 'application', at: place },
    inferred: `No file says ${key}; the service is named after its folder.`,
  };
}
