import assert from 'node:assert/strict';
import { readProtocol } from 'avsc';
import { compareContracts } from '../../../src/contracts/compare';
import { parseAvro } from '../../../src/contracts/avro/parse';
import { avroWords, type AvroType } from '../../../src/contracts/avro/schema';
import type { FileId } from '../../../src/text/range';
import type { SourceFile } from '../../../src/text/sourceFile';

const file = (path: string, text: string): SourceFile => ({ id: path as FileId, path, text });
const folder = (files: { readonly [path: string]: string }) => (path: string): SourceFile | undefined => (files[path] === undefined ? undefined : file(path, files[path]));

/** A record's fields in words. */
function fieldsOf(type: AvroType | undefined): string[] {
  return type?.kind === 'record' ? type.fields.map(({ name, type: its, default: value }) => `${name}: ${avroWords(its)}${value === undefined ? '' : ' with a default'}`) : [];
}

const idl = `/** Orders. */
@namespace("shop.v1")
protocol Orders {
  // record NotThis { string a; }
  record Order {
    string id;
    array<Line> lines = [];
    union { null, State } state = null;
    @aliases(["sum"]) decimal(9, 2) total;
    timestamp_ms at;
    map<double> weights;
    string? note = null;
    int? count = 3;
    @order("ignore") long first = 1, second;
    Order? next;
    @logicalType("local-timestamp-micros") long \`record\`;
    Key key;
  }
  enum State { NEW, PAID } = NEW;
  @aliases(["shop.v1.Item"])
  record Line { string sku; int count = 1; string text = "a;b,{c}"; }
  fixed Key(16);
  error Refused { string why; }
  Order get(string id) throws Refused;
  void ping() oneway;
}
`;

describe('Avro: files', () => {
  it('reads the interface language, also what is named before it is declared', () => {
    const { named } = parseAvro(file('/orders.avdl', idl));
    assert.deepEqual([...named.keys()].sort(), ['shop.v1.Key', 'shop.v1.Line', 'shop.v1.Order', 'shop.v1.Refused', 'shop.v1.State']);
    assert.deepEqual(fieldsOf(named.get('shop.v1.Order')), [
      'id: string', 'lines: array of record shop.v1.Line with a default', 'state: null or enum shop.v1.State with a default', 'total: bytes (decimal)',
      'at: long (timestamp-millis)', 'weights: map of double', 'note: null or string with a default', 'count: int or null with a default',
      'first: long with a default', 'second: long', 'next: null or record shop.v1.Order', 'record: long (local-timestamp-micros)', 'key: fixed shop.v1.Key of 16 bytes',
    ]);
    assert.deepEqual(fieldsOf(named.get('shop.v1.Line')), ['sku: string', 'count: int with a default', 'text: string with a default']);
    const count = parseAvro(file('/orders.avdl', idl)).named.get('shop.v1.Line');
    assert.equal(count?.kind === 'record' && idl.slice(count.fields[2]!.default!.start, count.fields[2]!.default!.end), '"a;b,{c}"');
  });

  it('makes of it what avsc makes of it', () => {
    // avsc knows neither `T?`, defaults of enums nor the newer logical types.
    const common = idl.replace(/^.*(\?|decimal|timestamp).*$/gm, '').replace(' = NEW;', '').replace('@order("ignore") long first = 1, second', 'long first = 1');
    const json = JSON.stringify(readProtocol(common));
    for (const name of ['shop.v1.Order', 'shop.v1.Line']) {
      const [one, other] = [{ format: 'avro', fragment: name, file: file('/a.avdl', common) }, { format: 'avro', fragment: name, file: file('/a.avpr', json) }] as const;
      assert.deepEqual(compareContracts(one, other, () => undefined, () => undefined), []);
      const [ours, theirs] = [parseAvro(one.file).named.get(name), parseAvro(other.file).named.get(name)];
      assert.deepEqual(fieldsOf(ours), fieldsOf(theirs));
      assert.ok(fieldsOf(ours).length > 2);
    }
  });

  it('points at the field of an IDL file', () => {
    const [finding] = compareContracts(
      { format: 'avro', fragment: 'shop.v1.Line', file: file('/1.avdl', idl) },
      { format: 'avro', fragment: 'shop.v1.Line', file: file('/2.avdl', idl.replace('int count = 1', 'boolean count = true')) }, () => undefined, () => undefined);
    assert.equal(finding?.check, 'TYPE_MISMATCH');
    assert.equal(idl.replace('int count = 1', 'boolean count = true').slice(finding.at.start, finding.at.end), 'boolean');
  });

  it('finds types in files that are named after them, and follows imports in a circle', () => {
    const order = '{"type":"record","name":"Order","namespace":"shop.v1","fields":[{"name":"to","type":"Address"},{"name":"price","type":"shop.common.Money"},{"name":"line","type":"LineItem"}]}';
    const read = folder({
      '/c/shop/v1/Address.avsc': '{"type":"record","name":"Address","namespace":"shop.v1","fields":[{"name":"of","type":["null","Order"]}]}',
      '/c/shop/common/Money.avsc': '{"type":"record","name":"Money","namespace":"shop.common","fields":[{"name":"cents","type":"long"}]}',
      '/c/shop/v1/line-item.avsc': '{"type":"enum","name":"LineItem","namespace":"shop.v1","symbols":["A"]}',
    });
    assert.deepEqual(fieldsOf(parseAvro(file('/c/shop/v1/Order.avsc', order), read).root), ['to: record shop.v1.Address', 'price: record shop.common.Money', 'line: enum shop.v1.LineItem']);

    const files = { '/c/a.avdl': 'protocol A { import idl "b.avdl"; record One { Two two; } }', '/c/b.avdl': 'import idl "a.avdl"; import schema "c.avsc"; protocol B { record Two { One? one; Three three; } }', '/c/c.avsc': '{"type":"fixed","name":"Three","size":3}' };
    const { named } = parseAvro(file('/c/a.avdl', files['/c/a.avdl']), folder(files));
    assert.deepEqual(fieldsOf(named.get('One')), ['two: record Two']);
    assert.deepEqual(fieldsOf(named.get('Two')).slice(1), ['three: fixed Three of 3 bytes']);
  });

  it('tells what changed in another file there', () => {
    const order = file('/c/Order.avsc', '{"type":"record","name":"Order","fields":[{"name":"to","type":"Address"}]}');
    const address = (type: string): string => `{"type":"record","name":"Address","fields":[{"name":"zip","type":"${type}"}]}`;
    const contract = { format: 'avro', fragment: '', file: order } as const;
    const findings = compareContracts(contract, contract, folder({ '/c/Address.avsc': address('int') }), folder({ '/c/Address.avsc': address('string') }));
    assert.deepEqual(findings.map(({ direction, check, element, at }) => `${direction} ${check} ${element} ${at.file}`), [
      'backward TYPE_MISMATCH Order.to.zip /c/Address.avsc', 'forward TYPE_MISMATCH Order.to.zip /c/Address.avsc',
    ]);
  });

  it('takes types of a list that stand behind what refers to them', () => {
    const list = '[{"type":"record","name":"B","fields":[]},{"type":"record","name":"A","fields":[{"name":"c","type":"C"}]},{"type":"enum","name":"C","symbols":["X"]}]';
    assert.deepEqual(fieldsOf(parseAvro(file('/a.avsc', list)).named.get('A')), ['c: enum C']);
  });

  it('ends with long chains of types that name the next one', () => {
    const names = Array.from({ length: 5_000 }, (_, i) => i);
    parseAvro(file('/a.avdl', `protocol P { ${names.map((i) => `record R${i} { R${i + 1} next; }`).join(' ')} }`));
    parseAvro(file('/a.avsc', JSON.stringify(names.map((i) => ({ type: 'record', name: `R${i}`, fields: [{ name: 'next', type: `R${i + 1}` }] })))));
  });

  it('gives what is there of half-typed files', () => {
    parseAvro(file('/a.avdl', 'record A { union { ( string, [ } a; }'));
    for (let end = 0; end <= idl.length; end++) parseAvro(file('/a.avdl', idl.slice(0, end)));
  });
});
