import { existsSync, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { NamedBaseline } from '../contracts/against';
import { asyncApiRoot } from '../contracts/tree';
import type { ContractFact } from '../model/facts';
import type { SourceFile } from '../text/sourceFile';
import { Commit, GitError, isCommit } from '../workspace/git';
import { readFiles, type ReadFile } from '../workspace/read';
import { pathOfNative } from '../workspace/uri';
import { UsageError } from './arguments';
import { load } from './load';

export interface EarlierFile {
  /** The path that it would have now. */
  readonly path: string;
  /** As it was: its own path is that in the folder, if a folder is compared with. */
  readonly file: SourceFile;
  readonly dialect: string;
  /** Those that it defines; none of an AsyncAPI document. */
  readonly contracts: readonly ContractFact[];
}

/** What `compat` compares with. */
export interface OpenBaseline extends NamedBaseline {
  /** Its contract files and AsyncAPI documents; also what has only enums or services for others to import. */
  readonly files: readonly EarlierFile[];
  /** The folder that is compared with, if it is one: what lies in it is none of the files that are compared. */
  readonly folder?: string;
}

/**
 * Opens what `--against` names. A folder's files are paired by their paths relative to the folders that are compared;
 * a commit's by where they lie in the working tree.
 * @param roots the folders and files that are compared.
 * @throws UsageError naming what is not there.
 */
export async function openBaseline(against: string | undefined, roots: readonly string[], cwd: string): Promise<OpenBaseline> {
  const folder = roots[0] === undefined ? cwd : statSync(roots[0]).isDirectory() ? roots[0] : dirname(roots[0]);
  try {
    if (against === undefined) return ofCommit(await Commit.open(folder, (await Commit.mergeBase(folder)).id), roots);
    const path = resolve(cwd, against);
    const isFolder = existsSync(path) && statSync(path).isDirectory();
    const isPath = /^(\.{0,2}[/\\]|\.{1,2}$|[a-z]:[/\\])/i.test(against);
    const isRef = !isPath && await isCommit(folder, against);
    if (isFolder && isRef) throw new UsageError(`"${against}" is a folder and a commit: write ./${against} or ${against}^0.`);
    const inside = isFolder ? roots.find((root) => `${root}${sep}`.startsWith(`${path}${sep}`)) : undefined;
    if (inside !== undefined) throw new UsageError(`--against "${against}" holds ${inside === path ? 'the very files' : 'all files'} that are compared: give a folder of earlier ones.`);
    if (isFolder) return ofFolder(path, against, roots, cwd);
    if (isRef) return ofCommit(await Commit.open(folder, against), roots);
    throw new UsageError(`--against "${against}" is no folder${isPath ? '' : ' and no commit that git knows here'}.`);
  } catch (error) {
    if (error instanceof GitError) throw new UsageError(error.message);
    throw error;
  }
}

function ofFolder(path: string, name: string, roots: readonly string[], cwd: string): OpenBaseline {
  const { workspace, snapshot } = load([path], cwd);
  const base = pathOfNative(path);
  const tops = roots.map((root) => pathOfNative(statSync(root).isDirectory() ? root : dirname(root)));
  const nowOf = (earlier: string): string => `${tops[0] ?? pathOfNative(cwd)}${earlier.slice(base.length)}`;
  const read = (at: string): SourceFile | undefined => workspace.text(at);
  return {
    name: `folder ${name}`, folder: base, read,
    earlier: (now) => tops.filter((top) => now.startsWith(`${top}/`)).map((top) => read(base + now.slice(top.length))).find((file) => file !== undefined),
    files: [...snapshot.model.files.keys()].sort().flatMap((id): EarlierFile[] => {
      const stored = snapshot.file(id);
      return stored === undefined ? [] : earlierFile(nowOf(stored.file.path), stored.file, stored.read);
    }),
  };
}

function ofCommit(commit: Commit, roots: readonly string[]): OpenBaseline {
  const tops = roots.map(pathOfNative);
  const inScope = commit.paths().filter((path) => tops.some((top) => path === top || path.startsWith(`${top}/`)));
  // What other files describe (YAML, Terraform) is no contract of its own.
  const files = inScope.filter((path) => /\.(proto|avsc|avpr|avdl|json|ya?ml)$/i.test(path)).flatMap((path) => commit.read(path) ?? [])
    .filter((file) => !/\.ya?ml$/i.test(file.path) || asyncApiRoot(file) !== undefined);
  const byId = new Map(files.map((file) => [file.id, file]));
  return {
    name: `commit ${commit.id.slice(0, 10)}`,
    earlier: (path) => commit.read(path), read: (path) => commit.read(path),
    files: readFiles(files).flatMap((read) => {
      const file = byId.get(read.id);
      return file === undefined ? [] : earlierFile(read.path, file, read);
    }),
  };
}

function earlierFile(path: string, file: SourceFile, { dialect, result }: ReadFile): EarlierFile[] {
  const contracts = result.facts.flatMap((fact) => (fact.kind === 'contract' ? [fact] : []));
  return contracts.length > 0 || dialect === 'asyncapi' || dialect === 'proto' ? [{ path, file, dialect, contracts }] : [];
}
