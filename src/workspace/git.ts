import { execFile, spawn } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import type { FileId } from '../text/range';
import type { SourceFile } from '../text/sourceFile';
import { decode } from './decode';
import { isCandidate, maxFileBytes } from './files';
import { idOfPath, pathOfNative } from './uri';

/** Git said no, in its own words. */
export class GitError extends Error {}

/** A commit with more files that some reader may know than this, or larger ones together, is read in part: the rest counts as new. */
const maxFiles = 20_000;
const maxBytes = 200 * 1024 * 1024;

/** No question to git takes longer, in ms; none of them uses the network. */
const timeout = 30_000;

/** A commit's files that some reader may know, read once; nothing is checked out. */
export class Commit {
  private readonly files = new Map<string, SourceFile | undefined>();

  private constructor(
    /** Absolute path of the working tree's root, as this program's paths are. */
    readonly root: string,
    readonly id: string,
    private readonly blobs: ReadonlyMap<string, string>,
    private readonly texts: ReadonlyMap<string, Uint8Array>,
  ) {}

  /**
   * @param folder any folder in the working tree.
   * @param ref a branch, tag or commit.
   * @throws GitError where there is no git, no repository, or no such commit.
   */
  static async open(folder: string, ref: string): Promise<Commit> {
    const id = await git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], `Git knows no commit "${ref}" here.`);
    // By the way the folder is written, which a link on the way to it would change.
    const top = resolvePath(folder, await git(folder, ['rev-parse', '--show-cdup'], `${folder} is in no git repository.`));
    const listed = await git(top, ['ls-tree', '-r', '-z', '-l', '--full-tree', id], `Git cannot list ${ref}.`);
    const blobs = new Map<string, string>();
    let bytes = 0;
    for (const line of listed.split('\0')) {
      const [, type, blob = '', size = '', path = ''] = /^\d+ (\w+) (\w+) +(\S+)\t([^]*)$/.exec(line) ?? [];
      if (type !== 'blob' || !isCandidate(`/${path}`) || Number(size) > maxFileBytes) continue;
      bytes += Number(size);
      if (blobs.size >= maxFiles || bytes > maxBytes) break;
      blobs.set(path, blob);
    }
    return new Commit(pathOfNative(top), id, blobs, await readBlobs(top, [...new Set(blobs.values())]));
  }

  /** The last commit that the working tree shares with its default branch. @throws GitError where there is none. */
  static async mergeBase(folder: string): Promise<{ readonly id: string; readonly branch: string }> {
    await git(folder, ['rev-parse', '--git-dir'], `${folder} is in no git repository: say what to compare with.`);
    const branch = await defaultBranch(folder);
    if (branch === undefined) throw new GitError('Git names no default branch here (origin/HEAD, main or master): say which commit to compare with.');
    return { branch, id: await git(folder, ['merge-base', 'HEAD', branch], `HEAD and ${branch} have no commit in common.`) };
  }

  /** Paths of all these files, absolute, as they would lie in the working tree. */
  paths(): readonly string[] {
    return [...this.blobs.keys()].map((path) => `${this.root}/${path}`);
  }

  /** A file as it was, by where it lies in the working tree. Its id is not that of the file now. */
  read(path: string): SourceFile | undefined {
    if (this.files.has(path)) return this.files.get(path);
    const blob = path.startsWith(`${this.root}/`) ? this.blobs.get(path.slice(this.root.length + 1)) : undefined;
    const bytes = blob === undefined ? undefined : this.texts.get(blob);
    const text = bytes && decode(bytes);
    const file = text === undefined ? undefined : { id: `${idOfPath(path)}?${this.id}` as FileId, path, text };
    this.files.set(path, file);
    return file;
  }
}

async function defaultBranch(folder: string): Promise<string | undefined> {
  const named = await attempt(folder, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
  for (const name of [...(named === undefined ? [] : [named]), 'origin/main', 'origin/master', 'main', 'master']) {
    if (await isCommit(folder, name)) return name;
  }
  return undefined;
}

/** True if git takes a text for a commit. */
export async function isCommit(folder: string, ref: string): Promise<boolean> {
  return await commitId(folder, ref) !== undefined;
}

/** The id of the commit that a text names. */
export async function commitId(folder: string, ref: string): Promise<string | undefined> {
  return attempt(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
}

/** All at once, by `cat-file --batch`: a header line, the bytes, a line's end. */
async function readBlobs(folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const texts = new Map<string, Uint8Array>();
  if (ids.length === 0) return texts;
  const output = await new Promise<Buffer>((resolve, reject) => {
    const child = spawn('git', ['-C', folder, 'cat-file', '--batch'], {
      env: environment, windowsHide: true, timeout, stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    const refuse = (): void => reject(new GitError('Git cannot read the commit’s files.'));
    child.on('error', refuse);
    child.stdin.on('error', refuse);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (code) => (code === 0 ? resolve(Buffer.concat(chunks)) : refuse()));
    child.stdin.end(`${ids.join('\n')}\n`);
  });
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(10, at);
    const [id = '', , size = '0'] = output.subarray(at, end).toString('latin1').split(' ');
    texts.set(id, output.subarray(end + 1, end + 1 + Number(size)));
    at = end + 2 + Number(size);
  }
  return texts;
}

/** A question to a repository must run nothing of its own and fetch nothing that is missing. */
const environment = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };

function git(folder: string, args: readonly string[], complaint: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('git', ['-C', folder, '-c', 'core.fsmonitor=false', ...args], {
      encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout, env: environment, windowsHide: true,
    }, (error, stdout) => {
      if (error === null) resolve(stdout.replace(/\n$/, ''));
      else reject(new GitError(error.code === 'ENOENT' ? 'Git is not installed, or not on the path.' : complaint));
    });
  });
}

async function attempt(folder: string, args: readonly string[]): Promise<string | undefined> {
  return git(folder, args, '').catch(() => undefined);
}
