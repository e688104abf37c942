import { baseName, dirName, rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { OtherFiles } from '../../model/reader';
import { folderName } from '../shared/folderName';
import { merged, readDocuments } from './documents';
import { conditionOf, profileOfName } from './profiles';
import { Settings } from './settings';

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

/** What those of the siblings that exist say in every profile. */
export function beneath(file: SourceFile, others: OtherFiles): Settings {
  const leaves = [...siblingsOf(file)].reverse().flatMap((path) => {
    const other = others.get(path);
    if (other === undefined || other.text.length > maxSibling) return [];
    return [readDocuments(other).documents.filter((d) => conditionOf(d.leaves) === undefined).flatMap((d) => d.leaves)];
  });
  return merged(file, leaves);
}

/** A larger file is read for its own sake only. */
const maxSibling = 200_000;

/**
 * The service: `spring.application.name` of this file or of those beneath it, else the file's own name in a
 * repository of a config server, else the nearest folder with a telling name.
 * @param at where to stand if no file says it.
 */
export function serviceName(
  file: SourceFile, settings: Settings, lower: Settings, at: SourceRange | undefined, key: string,
): ServiceName {
  const said = settings.text(key) ?? lower.text(key);
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
