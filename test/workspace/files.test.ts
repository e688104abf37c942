import assert from 'node:assert/strict';
import picomatch from 'picomatch/posix';
import { candidateGlobs } from '../../src/protocol/files';
import { decode } from '../../src/workspace/decode';
import { isCandidate } from '../../src/workspace/files';
import { MemoryFiles } from '../../src/workspace/memoryFiles';
import { idOfPath, idOfUri, isVirtual, pathOfNative, pathOfUri } from '../../src/workspace/uri';
import { isLeftOut, walk } from '../../src/workspace/walk';

describe('decode', () => {
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

  it('reads UTF-8 with and without a mark', () => {
    assert.equal(decode(new TextEncoder().encode('flöw')), 'flöw');
    assert.equal(decode(bytes(0xef, 0xbb, 0xbf, 0x61)), 'a');
  });

  it('reads UTF-16 by its mark', () => {
    assert.equal(decode(bytes(0xff, 0xfe, 0x61, 0, 0xe4, 0)), 'aä');
    assert.equal(decode(bytes(0xfe, 0xff, 0, 0x61, 0, 0xe4)), 'aä');
  });

  it('leaves out what is no text', () => {
    assert.equal(decode(bytes(0x61, 0xff, 0x62)), undefined);
    assert.equal(decode(bytes(0x61, 0, 0x62)), undefined);
  });

  it('takes a beginning that ends inside a character', () => {
    assert.equal(decode(bytes(0x61, 0xc3), true), 'a');
    assert.equal(decode(bytes(0x61, 0xc3)), undefined);
  });
});

describe('uri', () => {
  it('gives one id to all spellings of a file', () => {
    assert.equal(idOfUri('file:///C%3A/a%20b/c.yaml'), idOfUri('file:///c:/a b/c.yaml'));
    assert.equal(idOfUri('file:///c%3A/a%20b/c.yaml'), 'file:///c%3A/a%20b/c.yaml');
    assert.equal(idOfPath('/shop/ä(1).yaml'), 'file:///shop/%C3%A4%281%29.yaml');
  });

  it('turns URIs into paths and back', () => {
    for (const uri of ['file:///shop/a.yaml', 'file:///c%3A/x/a.yaml', 'file://server/share/a.yaml']) {
      assert.equal(idOfPath(pathOfUri(uri)), uri);
    }
    assert.equal(pathOfUri('file:///c%3A/x/a.yaml'), '/c:/x/a.yaml');
    assert.equal(pathOfUri('file:///broken%zz'), '/broken%zz');
  });

  it('knows documents that lie on no disk', () => {
    const path = pathOfUri('untitled:Untitled-1');
    assert.equal(isVirtual(path), true);
    assert.equal(idOfPath(path), 'untitled:Untitled-1');
    assert.equal(isVirtual('/c:/x'), false);
  });

  it('takes native paths', () => {
    assert.equal(pathOfNative('C:\\shop\\a.yaml'), '/c:/shop/a.yaml');
    assert.equal(pathOfNative('/shop/a.yaml'), '/shop/a.yaml');
  });
});

describe('walk', () => {
  const files = new MemoryFiles({
    '/repo/.git/HEAD': '',
    '/repo/.gitignore': 'ignored/\n*.gen.yaml\n!kept.gen.yaml\n',
    '/repo/a/x.flow.yaml': '',
    '/repo/a/readme.md': '',
    '/repo/a/q.json.tpl': '',
    '/repo/a/package-lock.json': '',
    '/repo/a/x.gen.yaml': '',
    '/repo/a/kept.gen.yaml': '',
    '/repo/a/ignored/y.yaml': '',
    '/repo/a/node_modules/m/z.yaml': '',
    '/repo/a/dist/z.yaml': '',
    '/repo/a/obj/z.yaml': '',
    '/repo/a/.terragrunt-cache/x/z.tf': '',
    '/repo/a/lib/site-packages/z.yaml': '',
    '/repo/a/sub/.gitignore': '/here.yaml\n!x.gen.yaml\n',
    '/repo/a/sub/here.yaml': '',
    '/repo/a/sub/deep/here.yaml': '',
    '/repo/a/sub/x.gen.yaml': '',
    '/repo/a/sub/q.proto': '',
  });

  it('finds candidates, honouring ignore files of the repository and of each folder', () => {
    assert.deepEqual(
      [...walk(files, '/repo/a')],
      [
        '/repo/a/kept.gen.yaml',
        '/repo/a/q.json.tpl',
        '/repo/a/sub/deep/here.yaml',
        '/repo/a/sub/q.proto',
        '/repo/a/sub/x.gen.yaml',
        '/repo/a/x.flow.yaml',
      ],
    );
  });

  it('tells which folders it leaves out by their names alone', () => {
    const left: string[] = [];
    for (const _ of walk(files, '/repo/a', (folder) => left.push(folder))) continue;
    assert.deepEqual(left, [
      '/repo/a/.terragrunt-cache', '/repo/a/dist', '/repo/a/lib/site-packages', '/repo/a/node_modules', '/repo/a/obj',
    ]);
  });

  it('says the same of a single file', () => {
    const found = new Set(walk(files, '/repo/a'));
    for (const path of [
      '/repo/a/x.flow.yaml',
      '/repo/a/x.gen.yaml',
      '/repo/a/ignored/y.yaml',
      '/repo/a/dist/z.yaml',
      '/repo/a/sub/here.yaml',
      '/repo/a/sub/deep/here.yaml',
      '/repo/a/readme.md',
      '/repo/a/sub/x.gen.yaml',
    ]) {
      assert.equal(isLeftOut(files, '/repo/a', path), !found.has(path), path);
    }
  });

  it('shows an ignored folder to whoever opens it', () => {
    assert.deepEqual([...walk(files, '/repo/a/ignored')], ['/repo/a/ignored/y.yaml']);
  });
});

describe('candidates', () => {
  it('are the files that clients are asked to watch', () => {
    const isWatched = picomatch([...candidateGlobs], { dot: true });
    for (const name of [
      'a.yaml', 'a.yml', 'definitions.json', 'definitions.json.tpl', 'application.yml.j2', 'application.properties.dist',
      'nats.conf', 'nats-server.conf.template', 'main.tf', 'main.tf.json', 'x.tfvars', '.env', 'prod.env', '.env.example',
      'acl', 'acls', 'aclfile', 'acl_file', 'mosquitto.acl', 'a.avdl', 'a.proto',
    ]) {
      assert.equal(isCandidate(`/repo/${name}`), true, name);
      assert.equal(isWatched(`repo/${name}`), true, name);
    }
    for (const name of ['main.rs', 'oracle', 'Makefile', 'a.yaml.bak', 'readme.md', 'x.tpl']) {
      assert.equal(isCandidate(`/repo/${name}`), false, name);
      assert.equal(isWatched(`repo/${name}`), false, name);
    }
  });
});
