import assert from 'node:assert/strict';
import { parseHcl } from '../../src/syntax/hcl';
import type { HclBlock, HclBody, HclExpression } from '../../src/syntax/hclNodes';
import { partsOf } from '../../src/syntax/hclNodes';
import { renderCaret } from '../../src/text/caret';
import { mutate, seeded } from '../support/mutate';

/** A body in one line an entry, expressions in a short form that shows their kinds. */
function dump(body: HclBody, indent = ''): string[] {
  const lines = [
    ...body.attributes.map((a) => ({ at: a.start, text: [`${indent}${a.name.text} = ${a.value === undefined ? '-' : form(a.value)}`] })),
    ...body.blocks.map((b) => ({ at: b.start, text: [`${indent}${head(b)}`, ...dump(b.body, `${indent}  `)] })),
  ];
  return lines.sort((a, b) => a.at - b.at).flatMap((l) => l.text);
}

function head(b: HclBlock): string {
  return [b.type.text, ...b.labels.map((l) => `"${l.text}"`)].join(' ');
}

function form(e: HclExpression): string {
  switch (e.kind) {
    case 'scalar': return JSON.stringify(e.value);
    case 'object': return `{${e.items.map((i) => `${form(i.key)}: ${i.value === undefined ? '-' : form(i.value)}`).join(', ')}}`;
    case 'tuple': return `[${e.items.map(form).join(', ')}]`;
    case 'template': return `template(${e.parts.map((p) => (typeof p === 'string' ? JSON.stringify(p) : form(p))).join(' ')})`;
    case 'reference': return `<${[e.root, ...e.steps.map(step)].join('.')}>`;
    case 'access': return `${form(e.base)}.${e.steps.map(step).join('.')}`;
    case 'call': return `${e.name}(${e.args.map(form).join(', ')})`;
    case 'binary': return `(${form(e.left)} ${e.operator} ${form(e.right)})`;
    case 'for': return `for ${e.names.join(',')} in ${form(e.over)}: ${e.key ? `${form(e.key)} => ` : ''}${form(e.value)}${e.condition ? ` if ${form(e.condition)}` : ''}`;
    case 'opaque': return `?(${e.parts.map(form).join(', ')})`;
  }
}

function step(s: unknown): string {
  if (typeof s !== 'object' || s === null) return String(s);
  const e = s as HclExpression | { kind: 'splat' };
  return e.kind === 'splat' ? '*' : form(e);
}

const lines = (text: string): string[] => dump(parseHcl(text).body);
const value = (text: string): string => lines(`x = ${text}\n`)[0]!.slice(4);
const report = (text: string): string =>
  parseHcl(text).problems.map((p) => `${p.message}\n${renderCaret(text, p.start, p.end)}`).join('\n');

describe('HCL', () => {
  it('reads blocks with labels, attributes and comments', () => {
    assert.deepEqual(lines(`# topics
resource "kafka_topic" "orders" { // on the side
  name       = "orders" /* in
  between */
  partitions = 12
  lifecycle { prevent_destroy = true }
  settings {
  }
}
locals {}
`), [
      'resource "kafka_topic" "orders"', '  name = "orders"', '  partitions = 12', '  lifecycle',
      '    prevent_destroy = true', '  settings', 'locals',
    ]);
  });

  it('reads constants, with escapes', () => {
    assert.equal(value('1.5e3'), '1500');
    assert.equal(value('-1'), '-1');
    assert.equal(value('null'), 'null');
    assert.equal(value('"a\\n\\"b\\" \\u00e9 $${x} %%{y}"'), JSON.stringify('a\n"b" é ${x} %{y}'));
  });

  it('reads collections over lines, with either sign and either separator', () => {
    assert.equal(value('{ a = 1, "b.c" : [1, 2,]\n  (local.k) = true\n}'), '{"a": 1, "b.c": [1, 2], <local.k>: true}');
    assert.equal(value('[\n  "a", # first\n  "b"\n]'), '["a", "b"]');
    assert.equal(value('{ cleanup.policy = "delete" }'), '{<cleanup.policy>: "delete"}');
  });

  it('keeps templates, references and calls as they are', () => {
    assert.equal(value('"${var.env}-orders"'), 'template(<var.env> "-orders")');
    assert.equal(value('kafka_topic.orders[0].name'), '<kafka_topic.orders.0.name>');
    assert.equal(value('each.value["a b"]'), '<each.value.a b>');
    assert.equal(value('aws_x.y[*].id'), '<aws_x.y.*.id>');
    assert.equal(value('toset(concat(["a"], local.b...))'), 'toset(concat(["a"], <local.b>))');
    assert.equal(value('merge(a, b)["x"]'), 'merge(<a>, <b>).x');
    assert.equal(value('provider::aws::arn("x")'), 'provider::aws::arn("x")');
    assert.equal(value('"a %{ if x }b%{ endif }"'), 'template("a " ?() "b" ?())');
  });

  it('knows arithmetic by its strength, and keeps what is compared as parts', () => {
    assert.equal(value('60 * 60 + 24 / 2 - 1'), '(((60 * 60) + (24 / 2)) - 1)');
    assert.equal(value('(1 + 2) * 3'), '((1 + 2) * 3)');
    assert.equal(value('var.a == "x" && !var.b ? 3 : 1'), '?(?(?(<var.a>, "x"), ?(<var.b>)), 3, 1)');
  });

  it('reads both forms of for', () => {
    assert.equal(value('[for t in local.topics : t.name if t.on]'), 'for t in <local.topics>: <t.name> if <t.on>');
    assert.equal(value('{ for k, v in var.m : k => v... }'), 'for k,v in <var.m>: <k> => <v>');
    assert.equal(value('[format, 1]'), '[<format>, 1]');
  });

  it('reads heredocs: their node is their lines', () => {
    const text = 'x = <<EOF\na=1\nb=2\nEOF\ny = <<-END\n    c\n      d\n  END\nz = 1\n';
    const { body } = parseHcl(text);
    assert.deepEqual(dump(body), ['x = "a=1\\nb=2"', 'y = "c\\n  d"', 'z = 1']);
    const [x, y] = body.attributes;
    assert.equal(text.slice(x!.value!.start, x!.value!.end), 'a=1\nb=2');
    assert.equal(text.slice(y!.value!.start, y!.value!.end), '    c\n      d');
    assert.equal(value('<<EOF\na=${var.x}\nEOF'), 'template("a=" <var.x>)');
    assert.equal(value('<<EOF\nEOF'), '""');
  });

  it('gives each node the range of its words', () => {
    const text = 'resource "a" "b" {\n  x = "one" # c\n  y = var.t[0].u\n  z = 1 + f(2)\n}\n';
    const { body } = parseHcl(text);
    const block = body.blocks[0]!;
    assert.equal(text.slice(block.start, block.headEnd), 'resource "a" "b"');
    assert.equal(text.slice(block.start, block.end), text.trimEnd());
    assert.deepEqual(block.body.attributes.map((a) => text.slice(a.value!.start, a.value!.end)), ['"one"', 'var.t[0].u', '1 + f(2)']);
    assert.deepEqual(block.body.attributes.map((a) => text.slice(a.start, a.end)), ['x = "one"', 'y = var.t[0].u', 'z = 1 + f(2)']);
  });
});

describe('HCL, half typed', () => {
  it('costs a fault its line', () => {
    const text = 'resource "a" "b" {\n  name = \n  other = "x\n  ???\n  last = 1\n}\nmodule "m" {\n  y = 2\n}\n';
    assert.deepEqual(lines(text), ['resource "a" "b"', '  name = -', '  other = "x"', '  last = 1', 'module "m"', '  y = 2']);
    assert.equal(report(text), [
      'A value is missing behind the "=".', '2 |   name = ', '  |        ^',
      'This text is not closed by a double quote.', '3 |   other = "x', '  |           ^^',
      'An attribute (name = value) or a block (type "label" { … }) is expected here.', '4 |   ???', '  |   ^^^',
    ].join('\n'));
  });

  it('closes what is open where the next block of the file begins', () => {
    const text = 'resource "a" "b" {\n  config = {\n    "x" = 1\n\nresource "c" "d" {\n  y = 2\n}\n';
    assert.deepEqual(lines(text), ['resource "a" "b"', '  config = {"x": 1}', 'resource "c" "d"', '  y = 2']);
    assert.match(report(text), /The "\{" of resource "a" "b" is not closed\.\n1 \| /);
    assert.deepEqual(lines('x = <<EOF\na\nlocals {\n  y = 1\n}\n'), ['x = "a"', 'locals', '  y = 1']);
  });

  it('ends an open list before the next attribute', () => {
    assert.deepEqual(lines('module "m" {\n  topics = ["a",\n    "b"\n  other = 1\n}\n'), ['module "m"', '  topics = ["a", "b"]', '  other = 1']);
    assert.equal(report('module "m" {\n  topics = ["a"\n}\n'), [
      'A "]" is missing, or a comma between two items.', '3 | }', '  | ^',
    ].join('\n'));
  });

  it('says where the grammar breaks', () => {
    assert.match(report('a = f(1\nb = 2\n'), /A "\)" is missing behind the arguments of f/);
    assert.match(report('a = "${var.x"\n'), /A "\}" is missing behind this expression/);
    assert.match(report('a = b.\n'), /A name is missing behind the dot/);
    assert.match(report('a = { b }\n'), /An "=" is missing behind this key/);
    assert.match(report('}\n'), /This "\}" closes nothing/);
    assert.match(report('a = <<EOF\nx\n'), /not closed by a line with EOF/);
    assert.match(report('a = "\\q"\n'), /HCL knows no such escape/);
    assert.match(report('/* a'), /not closed by \*\//);
    assert.match(report('a = 1 2\n'), /Nothing more can stand on this line/);
    assert.match(report('{ for x in y }\n'), /An attribute \(name = value\)/);
    assert.match(report('a = { for x in y }\nb = 1\n'), /This "for" is not complete/);
  });

  it('bounds depth', () => {
    for (const open of ['[', '{ a = ', '(', 'f(', '"${', '-', 'a ? ', 'a {\n']) {
      const { body, problems } = parseHcl(`x = ${open.repeat(20_000)}`);
      assert.ok(problems.length > 0, open);
      assert.ok(depthOf(body) < 400, open);
    }
    assert.ok(parseHcl('a {\n'.repeat(20_000)).problems.length > 0);
    assert.ok(depthOf(parseHcl(`x = 1${' + 1'.repeat(50_000)}`).body) < 400);
    assert.ok(depthOf(parseHcl(`x = a${' && b'.repeat(50_000)}`).body) < 400);
  });

  it('survives 3,000 mutations, with every range inside the text and inside its parent', () => {
    const seed = `locals {
  topics = { a = { partitions = 3 }, "b" = { partitions = var.p } }
  names  = toset([for k, v in local.topics : "\${k}-x" if v.on])
}
resource "kafka_topic" "t" {
  for_each = local.topics
  name     = each.key # c
  config   = { "retention.ms" = 7 * 24 * 60, cleanup = <<-EOT
    compact
    EOT
  }
}
`;
    const random = seeded(7);
    for (let i = 0; i < 3_000; i++) {
      const text = mutate(seed, random);
      const { body, problems } = parseHcl(text);
      for (const p of problems) assert.ok(0 <= p.start && p.start <= p.end && p.end <= text.length, text);
      checkBody(body, text);
    }
  });
});

function checkBody(body: HclBody, text: string): void {
  for (const a of body.attributes) {
    assert.ok(a.start <= a.name.end && a.name.end <= a.end && a.end <= text.length, text);
    if (a.value !== undefined) check(a.value, text);
  }
  for (const b of body.blocks) {
    assert.ok(b.start <= b.headEnd && b.headEnd <= b.end && b.end <= text.length, text);
    checkBody(b.body, text);
  }
}

function check(e: HclExpression, text: string): void {
  assert.ok(0 <= e.start && e.start <= e.end && e.end <= text.length, `${e.kind} ${e.start}-${e.end}\n${text}`);
  for (const part of partsOf(e)) check(part, text);
}

function depthOf(body: HclBody): number {
  const of = (e: HclExpression): number => 1 + Math.max(0, ...partsOf(e).map(of));
  return Math.max(0, ...body.attributes.map((a) => (a.value ? of(a.value) : 0)), ...body.blocks.map((b) => 1 + depthOf(b.body)));
}
