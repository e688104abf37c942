import assert from 'node:assert/strict';
import type { Reader } from '../../src/model/reader';
import { rangeIn } from '../../src/text/sourceFile';
import { MemoryFiles } from '../../src/workspace/memoryFiles';
import { FileStore } from '../../src/workspace/store';

/** A dialect for these tests: `use other.yaml` wants another file's text; each reading is noted. */
function setUp(content: Readonly<Record<string, string | Uint8Array>>) {
  const readings: string[] = [];
  const reader: Reader = {
    dialect: 'test',
    recognizes: (file) => file.text.startsWith('test'),
    read: (file, others) => {
      const wants = [...file.text.matchAll(/use (\S+)/g)].map((m) => `/w/${m[1]}`);
      const seen = wants.map((path) => (others.has(path) ? (others.get(path)?.text ?? 'missing') : 'unread'));
      if (!seen.includes('unread')) readings.push(`${file.path} sees ${seen.join(', ') || 'nothing'}`);
      const problems = [
        { code: 'test/p', severity: 'info' as const, message: file.text, at: rangeIn(file, 0, 4) },
      ];
      return { facts: [], problems, wants };
    },
  };
  const files = new MemoryFiles(content);
  const store = new FileStore(files, [reader]);
  const refresh = (): string[] => {
    readings.length = 0;
    for (const _ of store.refresh()) continue;
    return readings.sort();
  };
  return { files, store, refresh };
}

describe('store', () => {
  it('reads only what changed', () => {
    const { files, store, refresh } = setUp({
      '/w/a.yaml': 'test a',
      '/w/b.yaml': 'test b',
      '/w/c.yaml': 'other',
    });
    for (const path of ['/w/a.yaml', '/w/b.yaml', '/w/c.yaml']) assert.equal(store.touch(path), true);
    assert.deepEqual(refresh(), ['/w/a.yaml sees nothing', '/w/b.yaml sees nothing']);
    assert.equal(store.touch('/w/a.yaml'), false);
    files.set('/w/b.yaml', 'test b2');
    assert.equal(store.touch('/w/b.yaml'), true);
    assert.deepEqual(refresh(), ['/w/b.yaml sees nothing']);
    assert.deepEqual(
      [...store.all()].map((f) => f.file.path),
      ['/w/a.yaml', '/w/b.yaml'],
    );
  });

  it('lets an open text win over the disk until it is closed', () => {
    const { files, store, refresh } = setUp({ '/w/a.yaml': 'test disk' });
    store.touch('/w/a.yaml');
    refresh();
    store.open('/w/a.yaml', 'test open');
    files.set('/w/a.yaml', 'test disk 2');
    assert.equal(store.touch('/w/a.yaml'), false);
    refresh();
    assert.equal(store.get('/w/a.yaml')?.file.text, 'test open');
    store.close('/w/a.yaml');
    refresh();
    assert.equal(store.get('/w/a.yaml')?.file.text, 'test disk 2');
  });

  it('reads a referrer again when what it wants is created, changed or deleted', () => {
    const { files, store, refresh } = setUp({ '/w/a.yaml': 'test use x.yaml' });
    store.touch('/w/a.yaml');
    assert.deepEqual(refresh(), ['/w/a.yaml sees missing']);
    files.set('/w/x.yaml', 'one');
    store.touch('/w/x.yaml');
    assert.deepEqual(refresh(), ['/w/a.yaml sees one']);
    store.open('/w/x.yaml', 'two');
    assert.deepEqual(refresh(), ['/w/a.yaml sees two']);
    store.close('/w/x.yaml');
    files.delete('/w/x.yaml');
    store.touch('/w/x.yaml');
    assert.deepEqual(refresh(), ['/w/a.yaml sees missing']);
  });

  it('forgets what is gone', () => {
    const { files, store, refresh } = setUp({ '/w/a.yaml': 'test' });
    store.touch('/w/a.yaml');
    refresh();
    files.delete('/w/a.yaml');
    assert.equal(store.touch('/w/a.yaml'), true);
    refresh();
    assert.equal(store.get('/w/a.yaml'), undefined);
    assert.equal(store.touch('/w/a.yaml'), false);
  });

  it('skips binary files and says so of too large ones', () => {
    const big = new Uint8Array(5 * 1024 * 1024 + 1).fill(0x20);
    big.set(new TextEncoder().encode('test'));
    const { store, refresh } = setUp({
      '/w/big.yaml': big,
      '/w/bin.yaml': Uint8Array.of(0x74, 0x65, 0x73, 0x74, 0),
    });
    store.touch('/w/big.yaml');
    store.touch('/w/bin.yaml');
    assert.deepEqual(refresh(), []);
    assert.equal(store.get('/w/bin.yaml'), undefined);
    const note = store.get('/w/big.yaml')?.notes[0];
    assert.equal(note?.code, 'workspace/too-large');
    assert.match(note?.message ?? '', /has 5\.0 MiB/);
  });

  it('reads a long file of another kind no further than its head', () => {
    const { files, store, refresh } = setUp({ '/w/long.yaml': `other${' '.repeat(600_000)}` });
    const limits: (number | undefined)[] = [];
    const read = files.read.bind(files);
    files.read = (path, limit) => {
      limits.push(limit);
      return read(path, limit);
    };
    store.touch('/w/long.yaml');
    refresh();
    assert.deepEqual(limits, [262144]);
  });
});
