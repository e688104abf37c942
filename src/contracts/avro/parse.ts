import type { SourceRange } from '../../text/range';
import { dirName, resolvePath, type SourceFile } from '../../text/sourceFile';
import type { ReadReference } from '../compat';
import { parseAvroIdl } from './idl';
import { parseAvroJson } from './json';
import { fullNameOf, primitives, simpleName, spaceOf, type AvroNamed, type AvroPrimitive, type AvroType } from './schema';

/** What a file defines, together with what it refers to. */
export interface AvroFile {
  /** The type that the file is about: its only or last one; undefined where nothing can be read. */
  readonly root?: AvroType;
  /** Every named type by its full name. */
  readonly named: ReadonlyMap<string, AvroNamed>;
  /** Types whose names were taken already. */
  readonly twice: readonly AvroNamed[];
}

/**
 * Reads an Avro schema, protocol or IDL file and the files of the same version that it refers to. Half-typed text gives
 * what is there.
 * @param beside files whose types it may name, each before those that it needs itself.
 * @param pointer where a schema stands in a document of something else; empty for the whole file.
 */
export function parseAvro(
  file: SourceFile, read: ReadReference = () => undefined, beside: readonly SourceFile[] = [], pointer = '',
): AvroFile {
  const types = new AvroTypes(read);
  for (const other of beside.toReversed()) types.open(other);
  const root = types.open(file, pointer);
  return { ...(root === undefined ? {} : { root }), named: types.named, twice: types.twice };
}

/** Files beyond this many are not opened: nobody's schema needs them. */
const maxFiles = 500;

/** The types that several files of one version share. */
export class AvroTypes {
  readonly named = new Map<string, AvroNamed>();
  readonly twice: AvroNamed[] = [];
  private readonly asked = new Set<string>();

  constructor(private readonly read: ReadReference) {}

  open(file: SourceFile, pointer = ''): AvroType | undefined {
    this.asked.add(file.path);
    return /\.avdl$/i.test(file.path) ? parseAvroIdl(file, this) : parseAvroJson(file, this, pointer);
  }

  /** Reads what a file imports by its path; a circle ends where it began. */
  import(from: SourceFile, path: string): void {
    this.load(resolvePath(from.path, path));
  }

  define(type: AvroNamed): void {
    if (this.named.has(type.fullName)) this.twice.push(type);
    else this.named.set(type.fullName, type);
  }

  /** What a name means: a type of these files, one that stands further down, or one of a file named after it. */
  reference(from: SourceFile, name: string, space: string, at: SourceRange, later: (fullName: string) => AvroType | undefined): AvroType {
    if ((primitives as readonly string[]).includes(name)) return { kind: 'primitive', type: name as AvroPrimitive, at };
    // A bare name is one of its surroundings' namespace, or else one without.
    const candidates = [...new Set([fullNameOf(name, space), name])];
    for (const full of candidates) {
      const found = this.named.get(full) ?? later(full);
      if (found !== undefined) return found;
    }
    for (const full of candidates) {
      for (const path of pathsOf(from.path, full, space)) {
        this.load(path);
        const found = this.named.get(full);
        if (found !== undefined) return found;
      }
    }
    return { kind: 'unknown', name: candidates[0]!, at };
  }

  private load(path: string): void {
    if (this.asked.has(path) || this.asked.size > maxFiles) return;
    this.asked.add(path);
    const file = this.read(path);
    if (file !== undefined) this.open(file);
  }
}

/** Where people keep a type: beside the file, or in the folders of its namespace. */
function pathsOf(from: string, fullName: string, space: string): string[] {
  const short = simpleName(fullName);
  const words = short.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  const folder = dirName(from);
  const own = `/${space.replaceAll('.', '/')}`;
  const root = space !== '' && folder.endsWith(own) ? folder.slice(0, -own.length) : folder;
  const names = [...new Set([short, fullName, words, words.replaceAll('-', '_')])].map((name) => `${folder}/${name}.avsc`);
  const other = spaceOf(fullName);
  return other === '' ? names : [...names, `${root}/${other.replaceAll('.', '/')}/${short}.avsc`];
}
