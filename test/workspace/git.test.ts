import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Commit, GitError, isCommit } from '../../src/workspace/git';

describe('a commit’s contracts', () => {
  let folder: string;
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tailrace-git-')));
    git('init', '-q', '-b', 'main');
    write('a b/größe.proto', 'syntax = "proto3";\n');
    write('empty.avsc', '');
    write('big.bin', 'no contract');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are read whatever their names are, also where the working tree has others', async () => {
    rmSync(join(folder, 'a b'), { recursive: true });
    const commit = await Commit.open(folder, 'main');
    assert.deepEqual([...commit.paths()].sort(), [`${folder}/a b/größe.proto`, `${folder}/empty.avsc`]);
    assert.equal(commit.read(`${folder}/a b/größe.proto`)?.text, 'syntax = "proto3";\n');
    assert.equal(commit.read(`${folder}/empty.avsc`)?.text, '');
    assert.equal(commit.read(`${folder}/big.bin`), undefined);
    assert.equal(commit.read('/elsewhere/a.proto'), undefined);
  });

  it('are found from a folder below, and by way of a link', async () => {
    assert.equal((await Commit.open(join(folder, 'a b'), 'main')).root, folder);
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    try {
      assert.equal((await Commit.open(link, 'main')).read(`${link}/empty.avsc`)?.text, '');
    } finally {
      rmSync(link);
    }
  });

  it('are those where a branch left the default one', async () => {
    const first = git('rev-parse', 'HEAD');
    git('checkout', '-q', '-b', 'work');
    write('more.avsc', '{}');
    git('add', '.');
    git('commit', '-q', '-m', 'second');
    assert.deepEqual(await Commit.mergeBase(folder), { branch: 'main', id: first });
  });

  it('are not to be had of what is no commit, nor of options that look like one', async () => {
    assert.equal(await isCommit(folder, 'nowhere'), false);
    assert.equal(await isCommit(folder, '--help'), false);
    await assert.rejects(Commit.open(folder, '--output=x'), GitError);
    await assert.rejects(Commit.open(tmpdir(), 'main'), GitError);
  });
});
