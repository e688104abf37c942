import assert from 'node:assert/strict';
import { terraform } from '../../../src/readers/terraform/reader';
import { fact, reading } from '../../support/reading';

const read = (text: string): ReturnType<typeof reading> => reading(terraform, text, '/shop/topics.tf');

/** The topics that a resource makes, after some text before it. */
const topics = (before: string, body: string): readonly string[] =>
  read(`${before}\nresource "kafka_topic" "t" {\n${body}\n}\n`).lines;

describe('terraform: what the file says itself', () => {
  it('takes values from locals, defaults of variables and other resources, at the place of use', () => {
    const text = `locals {
  size = 3
  name = "\${var.team}.orders"
}
variable "team" {
  default = "shop"
}
variable "copies" {
  type = number
}
resource "kafka_topic" "orders" {
  name               = local.name
  partitions         = local.size
  replication_factor = var.copies
}
resource "kafka_topic" "dead" {
  name       = "\${kafka_topic.orders.name}.dead"
  partitions = kafka_topic.orders.partitions
}
`;
    const r = read(text);
    assert.deepEqual(r.lines, ['channel shop.orders partitions=3 open=replicas', 'channel shop.orders.dead partitions=3']);
    assert.equal(r.textAt(fact(r, 'channel').address.at), 'local.name');
    assert.equal(r.textAt(fact(r, 'channel').settings.partitions?.at), 'local.size');
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['var.copies']);
  });

  it('makes a topic of each entry, at the place of the entry', () => {
    const r = read(`locals {
  topics = {
    orders   = { partitions = 12, retention = 1000 }
    "pay.v1" = { partitions = 6 }
  }
}
resource "kafka_topic" "t" {
  for_each           = local.topics
  name               = each.key
  partitions         = each.value.partitions
  replication_factor = lookup(each.value, "copies", 3)
  config = {
    "retention.ms" = try(each.value.retention, 5000)
  }
}
resource "kafka_acl" "r" {
  resource_name       = kafka_topic.t["pay.v1"].name
  resource_type       = "Topic"
  acl_principal       = "User:billing"
  acl_operation       = "Read"
  acl_permission_type = "Allow"
}
`);
    assert.deepEqual(r.lines, [
      'channel orders retention=1000 partitions=12 replicas=3', 'channel pay.v1 retention=5000 partitions=6 replicas=3',
      'service billing', 'billing <- pay.v1',
    ]);
    const second = fact(r, 'channel', (f) => f.address.value === 'pay.v1');
    assert.equal(r.caret(second.address.at), ['4 |     "pay.v1" = { partitions = 6 }', '  |      ^^^^^^'].join('\n'));
    assert.equal(r.textAt(second.settings.partitions?.at), '6');
    assert.equal(r.textAt(second.extent), '"pay.v1" = { partitions = 6 }');
  });

  it('walks sets, lists by number, and what a for makes of them', () => {
    assert.deepEqual(topics('', 'for_each = toset(["a", "b", "a"])\nname = each.value'), ['channel a', 'channel b']);
    assert.deepEqual(topics('', 'for_each = toset(["a"])\nname = "x-${each.key}"'), ['channel x-a']);
    assert.deepEqual(topics('locals {\n l = ["a", "b"]\n}', 'count = length(local.l)\nname = local.l[count.index]'), ['channel a', 'channel b']);
    assert.deepEqual(topics('', 'count = 2\nname = "t-${count.index}"'), ['channel t-0', 'channel t-1']);
    const list = 'locals {\n l = [{ name = "a", n = 2 }, { name = "b", n = 4 }]\n}';
    assert.deepEqual(topics(list, 'for_each = { for t in local.l : t.name => t }\nname = each.value.name\npartitions = each.value.n'),
      ['channel a partitions=2', 'channel b partitions=4']);
    assert.deepEqual(topics(list, 'for_each = toset([for t in local.l : upper(t.name)])\nname = each.key'), ['channel A', 'channel B']);
    assert.deepEqual(topics('', 'for_each = toset(concat(["a"], ["b"]))\nname = format("%s.v%d", each.key, 1)'), ['channel a.v1', 'channel b.v1']);
    assert.deepEqual(topics('', 'for_each = merge({ a = 1 }, { b = 2, a = 3 })\nname = each.key\npartitions = each.value'),
      ['channel b partitions=2', 'channel a partitions=3']);
  });

  it('makes nothing of what it does not know, and notes it', () => {
    const skipped = (body: string): unknown => {
      const r = read(`resource "kafka_topic" "t" {\n${body}\n}\n`);
      return [r.lines, r.skipped?.map((at) => r.textAt(at))];
    };
    assert.deepEqual(skipped('for_each = var.topics\nname = each.key'), [[], ['var.topics']]);
    assert.deepEqual(skipped('for_each = yamldecode(file("t.yaml"))\nname = each.key'), [[], ['yamldecode(file("t.yaml"))']]);
    assert.deepEqual(skipped('name = "${var.env}-orders"'), [[], ['"${var.env}-orders"']]);
    assert.deepEqual(skipped('name = var.prod ? "a" : "b"'), [[], ['var.prod ? "a" : "b"']]);
    assert.deepEqual(skipped('for_each = toset([for t in ["a"] : t if var.x])\nname = each.key'),
      [[], ['toset([for t in ["a"] : t if var.x])']]);
    assert.deepEqual(skipped('name = "a"\nconfig = var.config'),
      [['channel a open=retention,minInsyncReplicas,cleanup,uncleanLeaderElection,maxMessageSize'], ['var.config']]);
    assert.deepEqual(skipped('count = 0\nname = "a"'), [[], undefined]);
    assert.deepEqual(skipped('count = var.on ? 1 : 0\nname = "a"'), [['channel a'], undefined]);
    assert.deepEqual(skipped('name = "a"\npartitions = null'), [['channel a'], undefined]);
  });

  it('ends with references in circles and lists that grow without end', () => {
    assert.deepEqual(topics('locals {\n a = local.b\n b = local.a\n}', 'name = local.a'), []);
    assert.deepEqual(topics('locals {\n a = [local.a, local.a]\n}', 'for_each = toset(local.a)\nname = each.key'), []);
    const grow = Array.from({ length: 60 }, (_, i) => ` l${i + 1} = concat(local.l${i}, local.l${i})`).join('\n');
    assert.deepEqual(topics(`locals {\n l0 = ["a", "b"]\n${grow}\n}`, 'for_each = toset(local.l60)\nname = each.key'), []);
    const long = Array.from({ length: 60 }, (_, i) => ` s${i + 1} = "\${local.s${i}}\${local.s${i}}"`).join('\n');
    assert.deepEqual(topics(`locals {\n s0 = "a"\n${long}\n}`, 'name = local.s60'), []);
  });
});
