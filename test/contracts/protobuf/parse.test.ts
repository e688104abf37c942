import assert from 'node:assert/strict';
import { proto } from '../../../src/contracts/proto';
import { parseProto } from '../../../src/contracts/protobuf/parse';
import type { Named, ProtoEnum, ProtoField, ProtoMessage } from '../../../src/contracts/protobuf/tree';
import { allEnums, allMessages } from '../../../src/contracts/protobuf/walk';
import { fuzzReader } from '../../support/fuzzReader';
import { reading } from '../../support/reading';

const whole = `edition = "2023"; // editions say it so
package shop . v1;
import public "lines.proto"; import weak 'old.proto'; import "google/protobuf/descriptor.proto";
option (file.opt).inner = { a: "}" b: [1, 2] };
option features.field_presence = IMPLICIT;
extend .google.protobuf.MessageOptions { string unit = 50001; }

/* An order. */
message Order {
  option deprecated = true;
  reserved 4, 6 to 9, 1000 to max; reserved "gone", 'old'; reserved bare;
  extensions 100 to 199 [verification = UNVERIFIED];
  string id = 1 [json_name = "order" "Id", (my.opt) = { x: 1 }, features.field_presence = LEGACY_REQUIRED];
  repeated .shop.v1.Line lines = 0x2;
  map < string , shop.v1.Money > totals = 3;
  optional group Result = 010 { int32 code = 1; }
  oneof pay { option (x) = 1; Card card = 20; group Cash = 21 { bool exact = 1; } }
  double rate = 22 [default = -1.5e-3];
  message Line { enum Kind { option allow_alias = true; NONE = 0; NULL = 0 [deprecated = true]; LOW = -5; reserved 7; } }
  extend Line { int32 extra = 100; }
}
service Orders {
  option deprecated = false;
  rpc Place (stream .shop.v1.Order) returns (.shop.v1.Order) { option idempotency_level = IDEMPOTENT; }
  rpc Watch(stream) returns (stream Order);
}
`;

function fieldWords(f: ProtoField): string {
  const type = f.mapKey === '' ? f.type : `map<${f.mapKey}, ${f.type}>`;
  const set = f.options.map((o) => ` [${o.name} = ${o.value}]`).join('');
  return `${[f.label, f.isGroup ? 'group' : '', type, f.name].filter((w) => w !== '').join(' ')} = ${f.number}${f.oneof && ` in ${f.oneof}`}${set}`;
}

describe('contracts: protobuf parser', () => {
  const parsed = parseProto(whole);
  const order = allMessages(parsed).find((m) => m.name === 'Order') as ProtoMessage;

  it('reads all that a file can say', () => {
    assert.deepEqual(parsed.problems, []);
    assert.equal(parsed.syntax, '2023');
    assert.deepEqual(parsed.imports.map((i) => `${i.modifier}:${i.path.text}`), ['public:lines.proto', 'weak:old.proto', ':google/protobuf/descriptor.proto']);
    assert.deepEqual(parsed.options.map((o) => [o.name, o.value]), [['(file.opt).inner', '{ a: "}" b: [1, 2] }'], ['features.field_presence', 'IMPLICIT']]);
    assert.deepEqual(allMessages(parsed).map((m) => m.fullName), ['shop.v1.Order', 'shop.v1.Order.Result', 'shop.v1.Order.Cash', 'shop.v1.Order.Line']);
    assert.deepEqual(order.fields.map(fieldWords), [
      'string id = 1 [json_name = orderId] [(my.opt) = { x: 1 }] [features.field_presence = LEGACY_REQUIRED]',
      'repeated .shop.v1.Line lines = 2',
      'map<string, shop.v1.Money> totals = 3',
      'optional group Result result = 8',
      'Card card = 20 in pay', 'group Cash cash = 21 in pay',
      'double rate = 22 [default = -1.5e-3]',
    ]);
    assert.deepEqual(order.reserved.map((r) => [r.from, r.to]), [[4, 4], [6, 9], [1000, Infinity]]);
    assert.deepEqual(order.reservedNames.map((n) => n.text), ['gone', 'old', 'bare']);
    assert.deepEqual(order.extensions.map((r) => [r.from, r.to]), [[100, 199]]);
    assert.deepEqual(order.extends.map((e) => [e.type, e.scope, e.fields.map(fieldWords)]), [['Line', 'shop.v1.Order', ['int32 extra = 100']]]);
    const [kind] = allEnums(parsed) as readonly [ProtoEnum];
    assert.equal(kind.fullName, 'shop.v1.Order.Line.Kind');
    assert.deepEqual(kind.values.map((v) => `${v.name} ${v.number}`), ['NONE 0', 'NULL 0', 'LOW -5']);
    assert.deepEqual(parsed.services[0]?.methods.map((m) => [m.name, m.clientStreams, m.input, m.serverStreams, m.output]),
      [['Place', true, '.shop.v1.Order', false, '.shop.v1.Order'], ['Watch', false, 'stream', true, 'Order']]);
  });

  it('keeps the place of every part', () => {
    const named: Named[] = [...allMessages(parsed).flatMap((m) => [m, ...m.fields.filter((f) => !f.isGroup), ...m.oneofs]), ...allEnums(parsed).flatMap((e) => [e, ...e.values])];
    for (const part of named) assert.equal(whole.slice(part.nameAt, part.nameAt + part.name.length), part.name);
    const at = (name: string): string => {
      const field = order.fields.find((f) => f.name === name) as ProtoField;
      return whole.slice(field.start, field.end);
    };
    assert.equal(at('totals'), 'map < string , shop.v1.Money > totals = 3;');
    assert.equal(at('result'), 'optional group Result = 010 { int32 code = 1; }');
    const rate = order.fields.at(-1) as ProtoField;
    assert.equal(whole.slice(rate.options[0]?.valueAt, rate.options[0]?.valueEnd), '-1.5e-3');
    assert.equal(whole.slice(rate.numberAt, rate.numberAt + 2), '22');
  });

  for (const [text, message, place, fields] of [
    ['message A { string x = 1\n string y = 2; }', 'A semicolon is missing behind the field x', '1', 'x y'],
    ['message A { string x\n string y = 2; }', '= and a number are missing behind the field x', 'x', 'x y'],
    ['message A { string x =\n string y = 2; }', 'The number of the field x is missing', '=', 'x y'],
    ['message A { string\n string y = 2; }', 'The name of the field of type string is missing', 'g', 'y'],
    ['message A { map<string, \n string y = 2; }', 'A > is missing behind the types of the map', 'g', 'y'],
    ['message A { string x = 1 [deprecated = true; string y = 2; }', 'This [ is not closed: ] is missing behind the options', '[', 'x y'],
    ['message A { string x = 1; = 4; string y = 2; }', 'A statement cannot begin with =', '=', 'x y'],
    ['message A { string x = 1; string y = 2;', 'This { of message A is not closed', '{', 'x y'],
    ['message A { string x = 1; } } message B { string y = 2; }', 'This } closes nothing', '}', 'x y'],
    ['message\nmessage A { string x = 1; }', 'The name of the message is missing', 'e', 'x'],
    ['messag B { string y = 2; }\nmessage A { string x = 1; }', 'A .proto file does not begin a statement with messag', 'messag', 'x'],
    ['syntax = proto3;\nmessage A { string x = 1; }', '"proto2" or "proto3" is missing behind syntax', '=', 'x'],
    ['syntax =\nmessage A { string x = 1; }', '"proto2" or "proto3" is missing behind syntax', '=', 'x'],
    ['import order;\nmessage A { string x = 1; }', 'The file to import is missing, in quotes', 't', 'x'],
    ['import "a.proto\nmessage A { string x = 1; }', 'This string is not closed', '"a.proto', 'x'],
    ['message A { string x = 1; } /* and on', 'This comment is not closed: */ is missing', '/*', 'x'],
    ['service S { rpc Go (A) ; } message A { string x = 1; }', 'returns is missing behind the request of rpc Go', ')', 'x'],
    ['message A { reserved 1 to ; string x = 1; }', 'The last number of the range is missing', 'o', 'x'],
    ['enum E { ONE } message A { string x = 1; }', '= and a number are missing behind ONE', 'E', 'x'],
  ] as const) {
    it(`goes on behind: ${text.replaceAll('\n', '⏎')}`, () => {
      const file = parseProto(text);
      assert.deepEqual([file.problems[0]?.message, text.slice(file.problems[0]?.start, file.problems[0]?.end)], [`${message}.`, place]);
      assert.equal(file.problems.length, 1, 'one message for one fault');
      assert.equal(allMessages(file).flatMap((m) => m.fields.map((f) => f.name)).join(' '), fields);
    });
  }

  it('tells problems of syntax where the file is read, and few of them', () => {
    const r = reading(proto, 'message A { string x = 1 }', 'a.proto');
    assert.deepEqual(r.problems.map((p) => p.code), ['syntax/proto']);
    assert.ok(parseProto('= '.repeat(5_000)).problems.length <= 20);
  });

  it('ends, however deep and long a text is', () => {
    const deep = 'message A { '.repeat(20_000);
    assert.equal(allMessages(parseProto(deep)).length, 65);
    for (const odd of ['{', '[', '(', '. ', '""', 'oneof x {', 'option (', 'a = 1 [', 'rpc ', 'enum E { A = ']) parseProto(`message A { ${odd.repeat(20_000)}`);
  });

  it('survives 1,000 mutations', () => fuzzReader(proto, [whole], '/a.proto')).timeout(20_000);
});
