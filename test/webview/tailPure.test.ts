import assert from 'node:assert/strict';
import type { TailInit, TailRow, TailView } from '../../src/protocol/tail';
import { columnsOf, pathsOf } from '../../webview/tail/columns';
import { completionOf } from '../../webview/tail/completion';
import { and, chipsOf, filterKey, without } from '../../webview/tail/filterText';
import { diffOf } from '../../webview/tail/jsonDiff';
import { expressionOf, nodeAt, parseTree, pathOf, pointerOf, written } from '../../webview/tail/jsonTree';
import type { JsonTree } from '../../webview/tail/jsonTree';
import { partitionsOf, partitionsText } from '../../webview/tail/partitions';
import { blocksOf } from '../../webview/tail/blocks';
import { ViewModel } from '../../webview/tail/viewModel';
import { randomFrom } from './randomJson';

const tree = (text: string): JsonTree => parseTree(text) ?? assert.fail(`no tree of ${text}`);

describe('a value as a tree', () => {
  it('keeps numbers as they were written, and says where each value is', () => {
    const { nodes, isCut } = tree('{"id":9007199254740993,"lines":[{"sku":"a\\"b"},{}],"gone":null,"e":1.50e3}');
    const t = tree('{"id":9007199254740993,"lines":[{"sku":"a\\"b"},{}],"gone":null,"e":1.50e3}');
    assert.equal(isCut, false);
    assert.deepEqual(
      nodes.map((node, i) => `${node.depth} ${pathOf(t, i)} ${written(t, node)} ${node.size} ${node.next}`),
      [
        '0  {"id":9007199254740993,"lines":[{"sku":"a\\"b"},{}],"gone":null,"e":1.50e3} 4 8',
        '1 id 9007199254740993 0 2',
        '1 lines [{"sku":"a\\"b"},{}] 2 6',
        '2 lines[0] {"sku":"a\\"b"} 1 5',
        '3 lines[0].sku "a\\"b" 0 5',
        '2 lines[1] {} 0 6',
        '1 gone null 0 7',
        '1 e 1.50e3 0 8',
      ],
    );
  });

  it('names fields as pointers, columns and expressions do, odd names too', () => {
    const t = tree('{"a/b~c":{"x y":[[7]]}}');
    const last = t.nodes.length - 1;
    assert.equal(pointerOf(t, last), '/a~1b~0c/x y/0/0');
    assert.equal(pathOf(t, last), '["a/b~c"]["x y"][0][0]');
    assert.equal(expressionOf(t, last), 'value["a/b~c"]["x y"][0][0]');
    assert.deepEqual(nodeAt(t, '/a~1b~0c/x y/0/0'), { index: last, isWhole: true });
  });

  it('leads a pointer to what is absent to the innermost value on the way', () => {
    const t = tree('{"lines":[{"qty":1}]}');
    const { index, isWhole } = nodeAt(t, '/lines/0/sku');
    assert.deepEqual([pathOf(t, index), isWhole], ['lines[0]', false]);
  });

  it('shows what there is of a text that was cut, and says so', () => {
    const t = tree('{"a":[1,2,{"b":"x');
    assert.ok(t.isCut);
    assert.deepEqual(t.nodes.map((_, i) => pathOf(t, i)), ['', 'a', 'a[0]', 'a[1]', 'a[2]']);
    assert.equal(parseTree('12'), undefined);
    assert.equal(parseTree('{"a":[1,2,3,4]}', 3)?.nodes.length, 3);
  });

  it('has as many values as JSON.parse finds in any document', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const value = randomFrom(seed);
      const t = tree(JSON.stringify(value, null, seed % 3));
      t.nodes.forEach((node, i) => {
        assert.deepEqual(JSON.parse(written(t, node)), at(value, pointerOf(t, i)));
        assert.deepEqual(nodeAt(t, pointerOf(t, i)), { index: i, isWhole: true });
      });
    }
  });

  it('takes a document of a million brackets without falling over', () => {
    const t = tree('['.repeat(1_000_000));
    assert.ok(t.isCut);
  });
});

function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);
}

describe('two values of one key', () => {
  it('differ field by field, as they are written', () => {
    const { fields, equal } = diffOf(tree('{"a":1,"b":{"c":[1,2]},"d":true}'), tree('{"a":1.0,"b":{"c":[1,2,3]},"e":{}}'));
    assert.equal(equal, 2);
    assert.deepEqual(fields, [
      { path: 'a', before: '1', after: '1.0' },
      { path: 'b.c[2]', before: undefined, after: '3' },
      { path: 'e', before: undefined, after: '{}' },
      { path: 'd', before: 'true', after: undefined },
    ]);
  });
});

describe('offers in an expression', () => {
  const paths = ['order.id', 'order.items[0].sku', 'total', 'header:tenant'];
  const offers = (text: string): readonly string[] => completionOf(text, text.length, paths)?.offers ?? [];

  it('are the fields of the last messages, by their place or by their own name', () => {
    assert.deepEqual(offers('value.o'), ['value.order.id', 'value.order.items[0].sku']);
    assert.deepEqual(offers('value.total > 5 && value.order.it'), ['value.order.items[0].sku']);
    assert.deepEqual(offers('sku'), ['value.order.items[0].sku']);
    assert.deepEqual(offers('headers["t'), ['headers["tenant"]']);
    assert.deepEqual(completionOf('value', 5, ['order-id', 'a[0]["x.y"]'])?.offers, ['value["order-id"]', 'value.a[0]["x.y"]']);
  });

  it('replace what was typed, and are none inside of a text', () => {
    assert.equal(completionOf('a && va', 7, paths)?.from, 5);
    assert.deepEqual(offers('value.total == "some val'), []);
    assert.deepEqual(offers('1 + '), []);
  });

  it('are the verdicts only where a comparison with the verdict is being written', () => {
    for (const text of ['verdict == ', 'size > 9 && verdict!=', 'verdict in [', 'verdict in ["valid", '])
      for (const typed of ['"vio', 'vio']) assert.deepEqual(offers(text + typed), ['"violates"'], text + typed);
    assert.deepEqual(offers('verdict == "'), ['"violates"', '"undecodable"', '"valid"']);
    for (const text of ['key == "abc"', 'verdict == "valid"', 'verdict in ["valid"', 'value.note == "', 'value.verdict == "', 'key == "verdict == "'])
      assert.deepEqual(offers(text), [], text);
    assert.ok(!offers('va').includes('"valid"'));
  });
});

describe('what a list is narrowed to', () => {
  it('is a chip for each part that the field does not show', () => {
    const filter = { text: 'x', expression: 'value.a > 1', key: 'k', partitions: [0, 1, 2, 7], verdicts: ['violates'] as const };
    assert.deepEqual(
      chipsOf(filter, 'text', 'utc').map(({ label }) => label),
      ['value.a > 1', 'key k', 'partition 0–2, 7', 'violates'],
    );
    assert.deepEqual(without(filter, 'partitions'), { text: 'x', expression: 'value.a > 1', key: 'k', verdicts: ['violates'] });
  });

  it('is the same filter whatever its order and empty parts', () => {
    assert.equal(filterKey({ text: 'x', key: 'k' }), filterKey({ key: 'k', text: 'x', expression: '', matchCase: false }));
    assert.notEqual(filterKey({ text: 'x' }), filterKey({ key: 'x' }));
  });

  it('adds conditions without changing what the others mean', () => {
    assert.equal(and(undefined, 'a'), 'a');
    assert.equal(and('a && b', 'c'), 'a && b && c');
    assert.equal(and('a || b', 'c'), '(a || b) && c');
  });
});

describe('partitions that somebody wrote', () => {
  it('are numbers and ranges', () => {
    assert.deepEqual(partitionsOf('3, 0-2,7–8'), [0, 1, 2, 3, 7, 8]);
    assert.equal(partitionsText([8, 0, 1, 2, 3, 7]), '0–3, 7–8');
    assert.deepEqual(partitionsOf(' '), []);
    for (const text of ['a', '3-1', '1;2', '-4']) assert.equal(partitionsOf(text), undefined, text);
  });
});

describe('a text in blocks', () => {
  it('is the same text, cut behind lines and never within a character', () => {
    for (const text of ['', 'short', 'x\n'.repeat(40_000), '𝄞'.repeat(50_000), `${'y'.repeat(16_383)}𝄞z`]) {
      const blocks = blocksOf(text);
      assert.equal(blocks.join(''), text);
      assert.ok(blocks.every((block) => block.length <= 16_385 && !/^[\udc00-\udfff]/.test(block)));
    }
  });
});

describe('columns', () => {
  const init: TailInit = { channel: 'orders', broker: 'events', protocol: 'kafka', start: { at: 'latest' } };
  const ids = (model: ViewModel): readonly string[] => model.columns(false).map(({ id }) => id);

  it('are what the protocol has; a chosen field stands before the value', () => {
    const kept: TailView[] = [];
    const model = new ViewModel((view) => kept.push(view));
    model.take(init);
    assert.deepEqual(ids(model), ['$time', '$partition', '$offset', '$key', '$size', '$value', '$marks']);
    model.toggle('order.id');
    model.toggle('$size');
    assert.deepEqual(ids(model), ['$time', '$partition', '$offset', '$key', 'order.id', '$value', '$marks']);
    assert.deepEqual(pathsOf(model.present), ['order.id']);
    assert.equal(kept.length, 2);
  });

  it('move, pin and take a width; the pinned ones stand first and have lengths', () => {
    const model = new ViewModel(() => undefined);
    model.take(init);
    model.toggle('order.id');
    model.pin('order.id');
    model.pin('$time');
    model.move('$marks', -1);
    assert.deepEqual(ids(model), ['$time', 'order.id', '$partition', '$offset', '$key', '$size', '$marks', '$value']);
    model.move('$key', -1);
    assert.deepEqual(ids(model).slice(2, 5), ['$partition', '$key', '$offset']);
    model.resize('$value', 5);
    const tracks = Object.fromEntries(model.columns(false).map(({ id, track }) => [id, track]));
    assert.deepEqual([tracks['order.id'], tracks['$value']], ['130px', '36px']);
    model.fit('$value');
    assert.match(model.columns(false).at(-1)!.track, /fr/);
  });

  it('keep the last one, and what was kept for the channel', () => {
    const model = new ViewModel(() => undefined);
    model.take({ ...init, view: { columns: ['$value'], pinned: [], time: 'utc' } });
    model.toggle('$value');
    assert.deepEqual(ids(model), ['$value']);
    assert.equal(model.time, 'utc');
  });

  it('tell each message’s verdict in a word, and which channel it is of', () => {
    const merged = { ...init, more: [{ channel: 'mail', broker: 'work' }] };
    const columns = columnsOf({ columns: ['$channel', '$marks', 'a.b'], pinned: [], time: 'utc' }, merged, false);
    const row: TailRow = { seq: 1, time: 0, channel: 'mail', tag: 1, size: 1, preview: '', marks: ['redelivered'], verdict: 'violates', violates: ['sku is absent'], cells: ['7'] };
    assert.deepEqual(columns.map((column) => column.text(row)), ['mail', '✗ violates, redelivered', '7']);
    assert.equal(columns[1]!.hint?.(row), 'sku is absent');
    assert.equal(columns[0]!.tag?.(row), 1);
  });
});
