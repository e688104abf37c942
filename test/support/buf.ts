import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What buf says of one change, as `--error-format json` has it. */
export interface BufFinding {
  readonly type: string;
  readonly message: string;
  readonly path?: string;
  readonly start_line?: number;
}

/** The buf program: the one that npm has put in place for this platform, without the script around it, or one on the path. */
export function bufProgram(): string | undefined {
  const arch = process.platform === 'linux' && process.arch === 'arm64' ? 'aarch64' : process.arch;
  const name = process.platform === 'win32' ? 'buf.exe' : 'buf';
  try {
    const own = join(dirname(require.resolve(`@bufbuild/buf-${process.platform}-${arch}/package.json`)), 'bin', name);
    if (existsSync(own)) return own;
  } catch { /* not installed */ }
  return spawnSync('buf', ['--version']).status === 0 ? 'buf' : undefined;
}

/** What `buf breaking` says of two folders, by the rules of the given categories. */
export function bufBreaking(buf: string, previous: string, current: string, categories: readonly string[]): { readonly findings: readonly BufFinding[]; readonly failure: string } {
  const { stdout, stderr } = spawnSync(buf, [
    'breaking', current, '--against', previous, '--error-format', 'json', '--config', JSON.stringify({ version: 'v2', breaking: { use: categories } }),
  ], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { findings: stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as BufFinding), failure: stderr.trim() };
}

/** Whether buf takes the files of a folder. */
export function bufBuilds(buf: string, folder: string): boolean {
  return spawnSync(buf, ['build', folder, '-o', process.platform === 'win32' ? 'NUL' : '/dev/null']).status === 0;
}
