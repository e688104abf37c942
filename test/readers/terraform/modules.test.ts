import assert from 'node:assert/strict';
import { terraform } from '../../../src/readers/terraform/reader';
import { fact, reading } from '../../support/reading';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';

const read = (text: string, path = '/shop/modules.tf'): ReturnType<typeof reading> => reading(terraform, text, path);

const service = `resource "kafka_topic" "orders" {
  name = "orders"
}
module "billing" {
  source           = "../modules/tls-app"
  consume_topics   = [kafka_topic.orders.name, "refunds"]
  consume_groups   = ["billing.v1"]
  produce_topics   = ["invoices", var.extra]
  cert_common_name = "finance/billing"
}
`;

describe('terraform: modules', () => {
  it('reads topics that a module is given', () => {
    const r = read(`module "kafka_topics" {
  source = "./topics"
  topics = ["orders", "payments"]
}
module "msk" {
  source = "./msk"
  topics = {
    audit = { partitions = 3, replication_factor = 2, config = { "cleanup.policy" = "compact" } }
    other = { topic_name = "other.v1", partitions = var.n, retention_ms = 1000 }
  }
}
module "confluent" {
  source       = "./confluent"
  kafka_topics = [{ name = "a", partitions = 1 }, { name = var.b }]
  partitions   = 6
}
`);
    assert.deepEqual(r.lines, [
      'channel orders', 'channel payments', 'channel audit partitions=3 replicas=2 cleanup=compact',
      'channel other.v1 retention=1000 open=partitions', 'channel a partitions=1',
    ]);
    assert.match(fact(r, 'channel').inferred ?? '', /Module "kafka_topics" is given it in topics/);
    assert.equal(r.textAt(fact(r, 'channel', (f) => f.address.value === 'audit').address.at), 'audit');
  });

  it('reads who publishes and consumes', () => {
    const r = read(service);
    assert.deepEqual(r.lines, [
      'channel orders', 'service finance/billing', 'finance/billing <- orders group=billing.v1',
      'finance/billing <- refunds group=billing.v1', 'finance/billing -> invoices',
    ]);
    assert.equal(r.textAt(fact(r, 'consume').channel?.name.at), 'kafka_topic.orders.name');
    assert.match(fact(r, 'consume').inferred ?? '', /Module "billing" names the topic in consume_topics/);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['var.extra']);
  });

  it('names the service after the module where no argument does', () => {
    const lines = (body: string): readonly string[] => read(`module "shop" {\n  source = "./kafka-app"\n${body}\n}\n`).lines;
    assert.deepEqual(lines('producer_topics = ["a"]'), ['service shop', 'shop -> a']);
    assert.match(fact(read('module "shop" {\n  produce_topics = ["a"]\n}\n'), 'service').inferred ?? '', /named after the module/);
    assert.equal(fact(read(service), 'service').inferred, undefined);
    assert.deepEqual(lines('name = "cart"\nread_topics = ["a"]'), ['service cart', 'cart <- a']);
    assert.deepEqual(lines('service = var.s\nwrite_topics = "a"'), ['service shop', 'shop -> a']);
    assert.deepEqual(lines('consumed_topics = { a = {}, b = {} }'), ['service shop', 'shop <- a', 'shop <- b']);
    assert.deepEqual(lines('consume_topics = ["a"]\nconsumer_groups = ["x", "y"]'), ['service shop', 'shop <- a']);
  });

  it('notes a module that goes over what the file does not say', () => {
    const r = read('module "kafka" {\n  source = "./x"\n  for_each = var.apps\n  consume_topics = each.value.topics\n}\n');
    assert.deepEqual(r.lines, []);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['var.apps']);
    const known = read('module "kafka" {\n  source = "./x"\n  for_each = { cart = ["a"] }\n  service = each.key\n  consume_topics = each.value\n}\n');
    assert.deepEqual(known.lines, ['service cart', 'cart <- a']);
  });

  it('leaves modules alone that are about other things', () => {
    const lines = (text: string): readonly string[] => read(`${text}\nresource "kafka_topic" "x" {\n  name = "x"\n}\n`).lines.slice(0, -1);
    assert.deepEqual(lines('module "sns" {\n  topics = ["a"]\n}'), []);
    assert.deepEqual(lines('module "kafka" {\n  sns_topics = ["a"]\n  topic_config = { a = 1 }\n  alarm_topics = ["b"]\n}'), []);
    assert.deepEqual(lines('module "kafka" {\n  topics = { enabled = true, count = 3 }\n}'), []);
    assert.deepEqual(lines('module "kafka" {\n  topics = ["arn:aws:sns:eu:1:a", "true"]\n}'), []);
  });

  it('reads files of values, and the inputs of Terragrunt', () => {
    assert.deepEqual(read('kafka_topics = {\n  orders = { partitions = 2 }\n}\n', '/live/prod.tfvars').lines, ['channel orders partitions=2']);
    const r = read('terraform {\n  source = "../kafka-topics"\n}\ninputs = {\n  topics = ["orders"]\n}\n', '/live/terragrunt.hcl');
    assert.deepEqual(r.lines, ['channel orders']);
    assert.match(fact(r, 'channel').inferred ?? '', /input of the module is given it in topics|The input of the module/);
  });
});

describe('terraform: files inside', () => {
  it('hands manifests and data on to their own readers', () => {
    const text = `resource "kubectl_manifest" "orders" {
  yaml_body = <<-YAML
    apiVersion: kafka.strimzi.io/v1beta2
    kind: KafkaTopic
    metadata:
      name: orders
    spec:
      partitions: 3
  YAML
}
resource "kubernetes_manifest" "other" {
  manifest = yamldecode(<<YAML
kind: KafkaTopic
YAML
  )
}
resource "kubernetes_config_map" "app" {
  data = {
    "client.properties" = <<EOT
bootstrap.servers=kafka:9092
acks=1
EOT
    plain = "x"
  }
}
`;
    const file = { id: 'file:///x' as never, path: '/deploy/kafka.tf', text };
    assert.ok(terraform.recognizes(file));
    const embedded = terraform.read(file, new Map()).embedded ?? [];
    assert.deepEqual(embedded.map((e) => e.path), ['/deploy/orders.yaml', '/deploy/other.yaml', '/deploy/client.properties']);
    const at = embedded[2]!.text.indexOf('acks');
    assert.equal(text.slice(embedded[2]!.outer(at), embedded[2]!.outer(at + 6)), 'acks=1');
    assert.ok(read(text, '/deploy/kafka.tf').lines.some((line) => line.includes('acks=1')));
  });
});

describe('terraform: JSON', () => {
  it('is read as the native syntax is', () => {
    const r = read(`{
  "locals": { "size": 3 },
  "resource": {
    "kafka_topic": {
      "orders": { "name": "orders", "partitions": "\${local.size}", "config": { "retention.ms": "1000" } },
      "dead": { "name": "\${kafka_topic.orders.name}.dead", "partitions": 1 }
    },
    "rabbitmq_queue": { "q": [{ "name": "q", "vhost": "/", "settings": [{ "durable": true }] }] }
  }
}`, '/x/cdk.tf.json');
    assert.deepEqual(r.lines.filter((l) => l.startsWith('channel')), [
      'channel orders retention=1000 partitions=3', 'channel orders.dead partitions=1',
      'channel queue q at / queue=classic durable=true autoDelete=false',
    ]);
    assert.equal(r.textAt(fact(r, 'channel').address.at), 'orders');
    assert.equal(r.textAt(fact(r, 'channel').settings.partitions?.at), '${local.size}');
    assert.equal(r.report, '');
  });
});

describe('terraform: secrets', () => {
  it('sees those that are written out', () => {
    const r = read(`provider "kafka" {
  bootstrap_servers = ["k:9092"]
  sasl_username     = "admin"
  sasl_password     = "hunter22"
}
provider "confluent" {
  cloud_api_key    = "ABC"
  cloud_api_secret = var.secret
}
resource "confluent_kafka_topic" "a" {
  topic_name       = "a"
  partitions_count = 1
  credentials {
    key    = "KEY1"
    secret = "verysecret1"
  }
}
resource "kafka_user_scram_credential" "u" {
  username = "billing"
  password = "pa55word"
}
resource "random_password" "x" {
  secret = "none of ours"
}
variable "kafka_sasl_password" {
  default = "letme1n"
}
variable "db_password" {
  default = "none of ours"
}
variable "rabbitmq_password" {
  default = ""
}
variable "kafka_password" {
  default = "***REDACTED***"
}
`);
    const found = r.facts.flatMap((f) => (f.kind === 'credential' ? [[f.user?.value, f.where, r.textAt(f.secret), f.of]] : []));
    assert.deepEqual(found, [
      ['admin', 'sasl_password', 'hunter22', 'provider.kafka'], ['KEY1', 'secret', 'verysecret1', 'confluent_kafka_topic.a'],
      ['billing', 'password', 'pa55word', 'kafka_user_scram_credential.u'],
      [undefined, 'default of variable kafka_sasl_password', 'letme1n', 'var.kafka_sasl_password'],
    ]);
    assert.ok(!/hunter22|verysecret1|pa55word|letme1n/.test(JSON.stringify(r.facts)));
  });
});

describe('terraform: recognition', () => {
  const recognized = (text: string, path = '/x/main.tf'): boolean => terraform.recognizes({ id: 'file:///x' as never, path, text });

  it('goes by the resources', () => {
    assert.ok(recognized('resource "kafka_topic" "a" {}'));
    assert.ok(recognized('# about\n\nresource   "rabbitmq_queue" "a" {}'));
    assert.ok(recognized('data "aws_msk_cluster" "a" {}'));
    assert.ok(recognized('provider "kafka" {}'));
    assert.ok(recognized('module "a" {\n  source = "./kafka"\n  topics = []\n}'));
    assert.ok(recognized('module "a" {\n  consume_topics = []\n}'));
    assert.ok(recognized('resource "kafka_topic" "a" {}', '/x/main.tofu'));
    assert.ok(recognized('{ "resource": { "kafka_topic": {} } }', '/x/main.tf.json'));
    assert.ok(recognized('kafka_topics = []', '/x/prod.tfvars'));
  });

  it('leaves other infrastructure alone', () => {
    assert.ok(!recognized('resource "aws_instance" "a" {}'));
    assert.ok(!recognized('resource "aws_sns_topic" "a" {}\nmodule "x" {\n  topics = []\n}'));
    assert.ok(!recognized('variable "kafka_topics" {}\noutput "kafka_topic" {}'));
    assert.ok(!recognized('# resource "kafka_topic" "a" {}'));
    assert.ok(!recognized('resource "kafka_topic" "a" {}', '/x/readme.md'));
    assert.ok(!recognized('region = "eu"', '/x/prod.tfvars'));
    assert.ok(!recognized('\n \n'.repeat(200_000)));
  });
});

describe('terraform, broken', () => {
  it('reads on behind a fault, and says where it is', () => {
    const r = read('resource "kafka_topic" "a" {\n  name = "a\n  partitions = \n}\nresource "kafka_topic" "b" {\n  name = "b"\n}\n');
    assert.deepEqual(r.lines, ['channel a', 'channel b']);
    assert.match(r.report, /^error syntax\/hcl: This text is not closed by a double quote/);
  });

  it('leaves types alone that are words of the language', () => {
    assert.deepEqual(read('resource "constructor" "x" {}\nresource "__proto__" "y" {}\nresource "kafka_topic" "a" {\n  name = "a"\n}\n').lines, ['channel a']);
  });

  const all = `${service}
locals {
  topics = { a = { partitions = 3 }, b = { partitions = var.p } }
}
resource "kafka_topic" "t" {
  for_each = { for k, v in local.topics : k => v }
  name     = "x-\${each.key}"
  partitions = each.value.partitions
  config = { "retention.ms" = 7 * 24 }
}
resource "rabbitmq_queue" "q" {
  name  = "q"
  vhost = var.v
  settings {
    arguments_json = jsonencode({ "x-message-ttl" = var.t, "x-dead-letter-exchange" = "d" })
  }
}
resource "confluent_role_binding" "r" {
  principal   = "User:\${confluent_service_account.a.id}"
  role_name   = "DeveloperRead"
  crn_pattern = "\${x.y}/topic=orders*"
}
resource "aws_msk_cluster" "m" {
  configuration_info {
    arn = aws_msk_configuration.c.arn
  }
}
resource "aws_msk_configuration" "c" {
  server_properties = <<-EOT
    min.insync.replicas=2
    log.retention.hours=\${var.h}
  EOT
}
`;

  it('has every name on the words that say it', () => {
    const r = read(all);
    for (const f of r.facts) {
      if (f.kind === 'channel') assert.match(r.textAt(f.address.at), new RegExp(`${f.address.value}|\\$\\{|\\w\\.\\w`));
      if (f.kind === 'publish' || f.kind === 'consume') assert.match(r.textAt(f.channel?.name.at), /orders|refunds|invoices/);
    }
    assert.ok(rangesOf(r.facts).length > 30);
  });

  it('survives 500 mutations of JSON', () => fuzzReader(terraform, [
    '{"locals":{"a":["x","y"]},"resource":{"kafka_topic":{"t":{"for_each":"${toset(local.a)}","name":"${each.key}"}},'
      + '"aws_msk_cluster":{"m":{"cluster_name":"m"}}}}',
  ], '/x/main.tf.json', 500)).timeout(20_000);

  it('survives 1,500 mutations', () => fuzzReader(terraform, [all, service], '/x/main.tf', 1_500)).timeout(20_000);
});
