import assert from 'node:assert/strict';
import { terraform } from '../../../src/readers/terraform/reader';
import { fact, reading } from '../../support/reading';
import { fixtureModel } from '../../support/fixture';

const read = (text: string, path = '/shop/kafka/topics.tf'): ReturnType<typeof reading> => reading(terraform, text, path);

const acl = (label: string, principal: string, operation: string, type: string, name: string, more = ''): string => `
resource "kafka_acl" "${label}" {
  acl_principal       = "${principal}"
  acl_host            = "*"
  acl_operation       = "${operation}"
  acl_permission_type = "Allow"
  resource_type       = "${type}"
  resource_name       = "${name}"
  ${more}
}
`;

describe('terraform: resources of Kafka', () => {
  const topics: Readonly<Record<string, readonly [string, string]>> = {
    kafka_topic: [`
  name               = "orders"
  partitions         = 12
  replication_factor = 3
  config = {
    "min.insync.replicas" = "2"
    "retention.ms"        = 7 * 24 * 60 * 60 * 1000
    "cleanup.policy"      = "delete,compact"
    "compression.type"    = "zstd"
  }`, 'channel orders retention=604800000 partitions=12 replicas=3 minInsyncReplicas=2 cleanup=compact,delete'],
    confluent_kafka_topic: [`
  topic_name       = "orders"
  partitions_count = 4
  config = { "unclean.leader.election.enable" = false }`, 'channel orders partitions=4 uncleanLeaderElection=false'],
    aiven_kafka_topic: [`
  topic_name  = "orders"
  partitions  = 3
  replication = 2
  config {
    min_insync_replicas = 2
    retention_ms        = "-1"
    cleanup_policy      = "compact"
  }`, 'channel orders retention=-1 partitions=3 replicas=2 minInsyncReplicas=2 cleanup=compact'],
    google_managed_kafka_topic: [`
  topic_id           = "orders"
  partition_count    = 2
  replication_factor = 3
  configs = { "cleanup.policy" = "compact" }`, 'channel orders partitions=2 replicas=3 cleanup=compact'],
    redpanda_topic: [`
  name               = "orders"
  partition_count    = 3
  replication_factor = 3
  configuration = { "retention.ms" = "1000" }`, 'channel orders retention=1000 partitions=3 replicas=3'],
    digitalocean_database_kafka_topic: [`
  name               = "orders"
  partition_count    = 3
  replication_factor = 2
  config {
    min_insync_replicas = 1
  }`, 'channel orders partitions=3 replicas=2 minInsyncReplicas=1'],
    yandex_mdb_kafka_topic: [`
  name               = "orders"
  partitions         = 4
  replication_factor = 1
  topic_config {
    cleanup_policy = "CLEANUP_POLICY_COMPACT_AND_DELETE"
  }`, 'channel orders partitions=4 replicas=1 cleanup=compact,delete'],
    ovh_cloud_project_database_kafka_topic: [`
  name                = "orders"
  partitions          = 3
  replication         = 2
  min_insync_replicas = 1
  retention_hours     = 5`, 'channel orders retention=18000000 partitions=3 replicas=2 minInsyncReplicas=1'],
    upstash_kafka_topic: [`
  topic_name     = "orders"
  partitions     = 1
  retention_time = 625135
  cleanup_policy = "delete"`, 'channel orders retention=625135 partitions=1 cleanup=delete'],
  };
  for (const [type, [body, line]] of Object.entries(topics)) {
    it(type, () => {
      const r = read(`resource "${type}" "orders" {${body}\n}\n`);
      assert.deepEqual(r.lines, [line]);
      assert.equal(r.report, '');
      const channel = fact(r, 'channel');
      assert.equal(r.textAt(channel.address.at), 'orders');
      assert.ok(r.textAt(channel.extent).startsWith(`resource "${type}" "orders" {`) && r.textAt(channel.extent).endsWith('}'));
    });
  }

  it('states the partitions that the Confluent provider asks for', () => {
    const r = read('resource "confluent_kafka_topic" "a" {\n  topic_name = "a"\n}\n');
    assert.deepEqual(r.lines, ['channel a partitions=6']);
    assert.equal(r.textAt(fact(r, 'channel').settings.partitions?.at), 'resource "confluent_kafka_topic" "a"');
    assert.match(fact(r, 'channel').note ?? '', /partitions_count is not set/);
  });

  it('keeps the place of every setting', () => {
    const r = read('resource "kafka_topic" "t" {\n  name = "t"\n  partitions = 3\n  config = {\n    "min.insync.replicas" = "2"\n    cleanup.policy = "compact"\n  }\n}\n');
    const { settings } = fact(r, 'channel');
    assert.equal(r.caret(settings.minInsyncReplicas?.at), ['5 |     "min.insync.replicas" = "2"', '  |                              ^'].join('\n'));
    assert.equal(r.textAt(settings.partitions?.at), '3');
    assert.equal(r.textAt(settings.cleanup?.at), 'compact');
  });

  it('reads clusters, with what they give to topics', () => {
    const r = read(`resource "aws_msk_cluster" "main" {
  cluster_name           = "shop"
  kafka_version          = "3.6.0"
  number_of_broker_nodes = 3
  encryption_info {
    encryption_in_transit {
      client_broker = "PLAINTEXT"
    }
  }
  client_authentication {
    unauthenticated = true
  }
  configuration_info {
    arn      = aws_msk_configuration.main.arn
    revision = 1
  }
}

resource "aws_msk_configuration" "main" {
  name              = "shop"
  server_properties = <<EOT
auto.create.topics.enable = true
min.insync.replicas=1
log.retention.hours=48
default.replication.factor=\${var.rf}
EOT
}
`);
    assert.deepEqual(r.lines, ['broker shop kafka']);
    const broker = fact(r, 'broker');
    assert.equal(broker.managed?.value, 'msk');
    assert.equal(broker.version?.value, '3.6.0');
    assert.equal(broker.nodes?.value, 3);
    assert.equal(broker.tls?.value, false);
    assert.equal(broker.anonymous?.value, true);
    assert.equal(broker.autoCreate?.value, true);
    assert.equal(r.textAt(broker.autoCreate?.at), 'true');
    assert.equal(broker.topicDefaults?.retention?.value, 172_800_000);
    assert.equal(r.textAt(broker.topicDefaults?.retention?.at), '48');
    assert.deepEqual(broker.topicDefaults?.open, ['replicas']);
    assert.equal(r.caret(broker.topicDefaults?.minInsyncReplicas?.at), ['23 | min.insync.replicas=1', '   |                     ^'].join('\n'));
  });

  it('counts the zones of an MSK cluster by its subnets, and reads what holds for the whole', () => {
    const r = read(`resource "aws_msk_cluster" "main" {
  cluster_name = "shop"
  broker_node_group_info {
    instance_type  = "kafka.m5.large"
    client_subnets = [aws_subnet.a.id, aws_subnet.b.id]
  }
  configuration_info {
    arn = aws_msk_configuration.main.arn
  }
}
resource "aws_msk_configuration" "main" {
  server_properties = <<EOT
allow.everyone.if.no.acl.found = false
offsets.retention.minutes = 20160
auto.create.topics.enable = \${var.create}
EOT
}
`);
    const broker = fact(r, 'broker');
    assert.deepEqual([broker.zones?.value, r.textAt(broker.zones?.at)], [2, '[aws_subnet.a.id, aws_subnet.b.id]']);
    assert.deepEqual([broker.allowEveryone?.value, broker.offsetsRetention?.value], [false, 1_209_600_000]);
    assert.equal(r.textAt(broker.offsetsRetention?.at), '20160');
    assert.deepEqual(broker.open, ['autoCreate']);
    const listed = 'resource "aws_msk_cluster" "m" {\n  cluster_name = "m"\n  broker_node_group_info {\n'
      + '    client_subnets = module.vpc.private_subnets\n  }\n}\n';
    assert.equal(fact(read(listed), 'broker').zones, undefined);
    const module = 'module "msk" {\n  source = "terraform-aws-modules/msk-kafka-cluster/aws"\n  name = "m"\n'
      + '  broker_node_client_subnets = ["a", "b", "c"]\n}\n';
    assert.equal(fact(read(module), 'broker').zones?.value, 3);
  });

  it('knows CloudAMQP\'s plans: whether servers are shared, and how many there are', () => {
    const plan = (name: string): string => {
      const r = read(`resource "cloudamqp_instance" "i" {\n  name = "i"\n  plan = "${name}"\n}\n`);
      const { plan: said, nodes } = fact(r, 'broker');
      return `${said?.value} ${r.textAt(said?.at)} ${nodes?.value}`;
    };
    assert.equal(plan('lemur'), 'shared lemur undefined');
    assert.equal(plan('tiger'), 'shared tiger undefined');
    assert.equal(plan('bunny-3'), 'dedicated bunny-3 3');
    assert.equal(plan('rabbit'), 'dedicated rabbit undefined');
  });

  it('reads how long an Amazon MQ broker waits for acknowledgements', () => {
    const r = read(`resource "aws_mq_broker" "main" {
  broker_name = "work"
  engine_type = "RabbitMQ"
  configuration {
    id       = aws_mq_configuration.main.id
    revision = 1
  }
}
resource "aws_mq_configuration" "main" {
  engine_type = "RabbitMQ"
  data        = <<DATA
# an hour
consumer_timeout = 3600000
DATA
}
`);
    const { consumerTimeout } = fact(r, 'broker');
    assert.deepEqual([consumerTimeout?.value, r.textAt(consumerTimeout?.at)], [3_600_000, '3600000']);
  });

  it('reads properties that are joined of lines', () => {
    const r = read(`resource "aws_msk_cluster" "main" {
  cluster_name = "shop"
  configuration_info {
    arn = aws_msk_configuration.main[0].arn
  }
}
resource "aws_msk_configuration" "main" {
  count             = var.custom ? 1 : 0
  server_properties = join("\\n", [
    "auto.create.topics.enable=false",
    "default.replication.factor=\${var.rf}",
    "min.insync.replicas=2",
  ])
}
`);
    const broker = fact(r, 'broker');
    assert.equal(broker.autoCreate?.value, false);
    assert.equal(r.textAt(broker.topicDefaults?.minInsyncReplicas?.at), '2');
    assert.deepEqual(broker.topicDefaults?.open, ['replicas']);
  });

  it('reads modules that are published for clusters', () => {
    const r = read(`module "msk" {
  source                 = "terraform-aws-modules/msk-kafka-cluster/aws"
  name                   = "shop"
  kafka_version          = "3.5.1"
  number_of_broker_nodes = 3
  configuration_server_properties = {
    "auto.create.topics.enable" = true
    "min.insync.replicas"       = 2
  }
}
module "own" {
  source = "../msk-kafka-cluster"
  name   = "not told"
}
provider "kafka" {
  bootstrap_servers = module.msk.bootstrap_brokers
}
resource "kafka_topic" "a" {
  name = "a"
}
`);
    assert.deepEqual(r.lines, ['broker shop kafka', 'channel a at shop']);
    const broker = fact(r, 'broker');
    assert.deepEqual([broker.nodes?.value, broker.autoCreate?.value, broker.topicDefaults?.minInsyncReplicas?.value], [3, true, 2]);
    assert.match(broker.inferred ?? '', /source of the module/);
  });

  it('reads clusters of the other providers', () => {
    const r = read(`resource "confluent_kafka_cluster" "a" {
  display_name = "inventory"
}
data "confluent_kafka_cluster" "b" {
  id = "lkc-abc123"
}
resource "aiven_kafka" "c" {
  service_name = "events"
  kafka_user_config {
    kafka {
      auto_create_topics_enable = false
      min_insync_replicas       = 2
      default_replication_factor = 3
    }
  }
}
resource "aws_msk_serverless_cluster" "d" {
  cluster_name = var.name
}
resource "aws_mq_broker" "e" {
  broker_name     = "work"
  engine_type     = "RabbitMQ"
  engine_version  = "3.13"
  deployment_mode = "CLUSTER_MULTI_AZ"
}
resource "aws_mq_broker" "f" {
  broker_name = "old"
  engine_type = "ActiveMQ"
}
resource "digitalocean_database_cluster" "g" {
  name   = "pg"
  engine = "pg"
}
resource "cloudamqp_instance" "h" {
  name  = "rabbit"
  nodes = 3
}
`);
    assert.deepEqual(r.lines, [
      'broker inventory kafka', 'broker lkc-abc123 kafka', 'broker events kafka', 'broker aws_msk_serverless_cluster.d kafka',
      'broker work rabbitmq', 'broker rabbit rabbitmq',
    ]);
    assert.deepEqual(r.facts.map((f) => (f.kind === 'broker' ? [f.managed?.value, f.nodes?.value] : [])), [
      ['confluent-cloud', undefined], ['confluent-cloud', undefined], ['aiven', undefined], ['msk-serverless', undefined],
      ['amazon-mq', 3], ['cloudamqp', 3],
    ]);
    const aiven = fact(r, 'broker', (b) => b.name.value === 'events');
    assert.equal(aiven.topicDefaults?.minInsyncReplicas?.value, 2);
    assert.equal(aiven.topicDefaults?.replicas?.value, 3);
    assert.equal(aiven.autoCreate?.value, false);
    assert.match(fact(r, 'broker', (b) => b.managed?.value === 'msk-serverless').inferred ?? '', /does not say the cluster's name/);
  });

  it('puts topics onto the cluster that they refer to', () => {
    const r = read(`provider "kafka" {
  bootstrap_servers = ["k1.example:9092", "k2.example:9092"]
  tls_enabled       = true
}
provider "kafka" {
  alias             = "eu"
  bootstrap_servers = split(",", aws_msk_cluster.eu.bootstrap_brokers_tls)
}
resource "aws_msk_cluster" "eu" {
  cluster_name = "shop-eu"
}
resource "confluent_kafka_cluster" "main" {
  display_name = "inventory"
}
locals {
  cluster = confluent_kafka_cluster.main.id
}
resource "kafka_topic" "a" {
  name = "a"
}
resource "kafka_topic" "b" {
  provider = kafka.eu
  name     = "b"
}
resource "confluent_kafka_topic" "c" {
  kafka_cluster {
    id = local.cluster
  }
  topic_name       = "c"
  partitions_count = 1
}
resource "confluent_kafka_topic" "d" {
  kafka_cluster {
    id = "lkc-777"
  }
  topic_name       = "d"
  partitions_count = 1
}
resource "aiven_kafka_topic" "e" {
  service_name = var.service
  topic_name   = "e"
}
`);
    assert.deepEqual(r.lines, [
      'broker k1.example:9092 kafka k1.example:9092,k2.example:9092 tls', 'broker shop-eu kafka', 'broker inventory kafka',
      'channel a at k1.example:9092', 'channel b at shop-eu', 'channel c at inventory partitions=1',
      'broker lkc-777 kafka', 'channel d at lkc-777 partitions=1', 'channel e',
    ]);
    assert.equal(r.textAt(fact(r, 'channel', (f) => f.address.value === 'c').broker?.at), 'local.cluster');
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['var.service']);
  });

  it('knows that the provider connects with TLS where nothing is said', () => {
    const tls = (more: string): unknown => fact(read(`provider "kafka" {
  bootstrap_servers = ["k.example:9094"]
${more}}
`), 'broker').tls?.value;
    assert.equal(tls(''), true);
    assert.equal(tls('  tls_enabled = false\n'), false);
    assert.equal(tls('  tls_enabled = var.tls\n'), undefined);
  });

  it('makes edges of ACLs, with the group where there is just one', () => {
    const r = read([
      acl('w', 'User:checkout', 'Write', 'Topic', 'orders'),
      acl('r', 'User:CN=billing,OU=shop', 'Read', 'Topic', 'orders'),
      acl('g', 'User:CN=billing,OU=shop', 'Read', 'Group', 'billing-v1'),
      acl('p', 'User:audit', 'All', 'Topic', 'shop.', 'resource_pattern_type_filter = "Prefixed"'),
      acl('g1', 'User:audit', 'Read', 'Group', 'a'),
      acl('g2', 'User:audit', 'Read', 'Group', 'b'),
      acl('all', 'User:*', 'Read', 'Topic', 'orders'),
      acl('any', 'User:admin', 'All', 'Topic', '*'),
      acl('d', 'User:checkout', 'Describe', 'Topic', 'orders'),
    ].join(''));
    assert.deepEqual(r.lines, [
      'service checkout', 'checkout -> orders', 'service billing', 'billing <- orders group=billing-v1',
      'service audit', 'audit -> shop.', 'audit <- shop.',
    ]);
    assert.equal(fact(r, 'publish', (f) => f.service.value === 'audit').channel?.match, 'prefix');
    assert.equal(r.textAt(fact(r, 'consume').service.at), 'billing');
    assert.match(fact(r, 'consume').inferred ?? '', /An ACL lets the principal User:CN=billing,OU=shop read the topic, another one the group billing-v1/);
    assert.match(fact(r, 'service').note ?? '', /named after it/);
    assert.equal(fact(r, 'service').inferred, undefined);
  });

  it('takes no edge from a denial', () => {
    assert.deepEqual(read(acl('w', 'User:a', 'Write', 'Topic', 't').replace('"Allow"', '"Deny"')).lines, []);
  });

  it('names services after accounts of the same file', () => {
    const r = read(`resource "confluent_service_account" "app" {
  display_name = "checkout"
}
resource "confluent_service_account" "anon" {
  display_name = "\${var.env}-billing"
}
resource "confluent_kafka_topic" "orders" {
  topic_name       = "orders"
  partitions_count = 1
}
resource "confluent_kafka_acl" "w" {
  resource_type = "TOPIC"
  resource_name = confluent_kafka_topic.orders.topic_name
  pattern_type  = "LITERAL"
  principal     = "User:\${confluent_service_account.app.id}"
  operation     = "WRITE"
  permission    = "ALLOW"
}
resource "confluent_role_binding" "r" {
  principal   = "User:\${confluent_service_account.anon.id}"
  role_name   = "DeveloperRead"
  crn_pattern = "\${confluent_kafka_cluster.c.rbac_crn}/kafka=\${confluent_kafka_cluster.c.id}/topic=\${confluent_kafka_topic.orders.topic_name}"
}
resource "confluent_role_binding" "p" {
  principal   = "User:\${confluent_service_account.app.id}"
  role_name   = "DeveloperWrite"
  crn_pattern = "\${confluent_kafka_cluster.c.rbac_crn}/kafka=\${confluent_kafka_cluster.c.id}/topic=shop.*"
}
resource "confluent_role_binding" "u" {
  principal   = "User:sa-1"
  role_name   = "DeveloperRead"
  crn_pattern = "\${local.crn}/group=x"
}
`);
    assert.deepEqual(r.lines, [
      'channel orders partitions=1', 'service checkout', 'checkout -> orders', 'service anon', 'anon <- orders', 'checkout -> shop.',
    ]);
    assert.equal(r.textAt(fact(r, 'publish').service.at), 'User:${confluent_service_account.app.id}');
    assert.equal(r.textAt(fact(r, 'publish').channel?.name.at), 'confluent_kafka_topic.orders.topic_name');
    const bound = fact(r, 'publish', (f) => f.channel?.match === 'prefix');
    assert.equal(r.textAt(bound.channel?.name.at), 'shop.');
  });

  it('reads Aiven\'s ACLs with their own patterns', () => {
    const of = (topic: string, permission: string): readonly string[] => read(`resource "aiven_kafka_user" "u" {
  username = "checkout"
}
resource "aiven_kafka_acl" "a" {
  topic      = "${topic}"
  permission = "${permission}"
  username   = aiven_kafka_user.u.username
}
`).lines;
    assert.deepEqual(of('orders', 'readwrite'), ['service checkout', 'checkout -> orders', 'checkout <- orders']);
    assert.deepEqual(of('orders-*', 'write'), ['service checkout', 'checkout -> orders-']);
    assert.deepEqual(of('a.*.b?', 'read'), ['service checkout', 'checkout <- a\\..*\\.b.']);
    assert.deepEqual(of('*', 'admin'), []);
  });

  it('reads Google\'s ACLs, with their entries', () => {
    const r = read(`resource "google_managed_kafka_acl" "t" {
  acl_id  = "topic/orders"
  cluster = google_managed_kafka_cluster.c.cluster_id
  acl_entries {
    principal       = "User:billing@shop.iam.gserviceaccount.com"
    permission_type = "ALLOW"
    operation       = "READ"
  }
  acl_entries {
    principal       = "User:\${google_service_account.cart.email}"
    permission_type = "ALLOW"
    operation       = "WRITE"
  }
  acl_entries {
    principal       = "User:evil@shop.iam.gserviceaccount.com"
    permission_type = "DENY"
    operation       = "WRITE"
  }
}
resource "google_managed_kafka_acl" "g" {
  acl_id = "consumerGroup/billing.v1"
  cluster = google_managed_kafka_cluster.c.cluster_id
  acl_entries {
    principal = "User:billing@shop.iam.gserviceaccount.com"
    operation = "READ"
  }
}
resource "google_managed_kafka_cluster" "c" {
  cluster_id = "main"
}
`);
    assert.deepEqual(r.lines, [
      'service billing', 'billing <- orders group=billing.v1', 'service cart', 'cart -> orders', 'broker main kafka',
    ]);
    assert.equal(r.textAt(fact(r, 'consume').channel?.name.at), 'orders');
    assert.equal(r.textAt(fact(r, 'consume').service.at), 'billing');
    assert.equal(fact(r, 'consume').channel?.broker, 'main');
  });

  it('reads connectors by the reader of Kafka Connect, and knows whose rights are theirs', () => {
    const r = read(`resource "confluent_service_account" "c" {
  display_name = "connectors"
}
resource "confluent_connector" "sink" {
  kafka_cluster {
    id = "lkc-1"
  }
  config_sensitive = {
    "aws.secret.access.key" = "abc123def"
  }
  config_nonsensitive = {
    "connector.class"          = "S3_SINK"
    "name"                     = "archive"
    "kafka.service.account.id" = confluent_service_account.c.id
    "topics"                   = "orders"
    "s3.bucket.name"           = var.bucket
  }
}
resource "confluent_kafka_acl" "r" {
  resource_type = "TOPIC"
  resource_name = "orders"
  pattern_type  = "LITERAL"
  principal     = "User:\${confluent_service_account.c.id}"
  operation     = "READ"
  permission    = "ALLOW"
}
resource "confluent_kafka_acl" "dlq" {
  resource_type = "TOPIC"
  resource_name = "dlq-lcc"
  pattern_type  = "PREFIXED"
  principal     = "User:\${confluent_service_account.c.id}"
  operation     = "WRITE"
  permission    = "ALLOW"
}
resource "aws_mskconnect_connector" "source" {
  name = "cdc"
  connector_configuration = {
    "connector.class" = "io.debezium.connector.postgresql.PostgresConnector"
    "topic.prefix"    = "shop"
    "table.include.list" = "public.orders"
  }
}
`);
    assert.deepEqual(r.lines.filter((l) => !l.startsWith('credential')), [
      'broker lkc-1 kafka', 'service archive client=kafka-connect', 'archive <- orders group=connect-archive',
      'archive -> dlq-lcc', 'service cdc client=kafka-connect', 'cdc -> shop.public.orders',
    ]);
    const secret = fact(r, 'credential');
    assert.equal(r.textAt(secret.secret), 'abc123def');
    assert.ok(!JSON.stringify(r.facts).includes('abc123def'));
    assert.equal(r.skipped, undefined);
  });

  it('leads no copy from a topic to itself, where flows know the clusters by aliases only', () => {
    const { model } = fixtureModel(`=== main.tf
resource "aiven_kafka_topic" "t" {
  service_name = "events"
  topic_name   = "orders"
  partitions   = 3
  replication  = 3
}
resource "aiven_mirrormaker_replication_flow" "f" {
  source_cluster           = "left"
  target_cluster           = "right"
  replication_policy_class = "org.apache.kafka.connect.mirror.IdentityReplicationPolicy"
  topics                   = [".*", "payments"]
}
`);
    assert.deepEqual(model.routes.map((r) => [r.from.broker?.name, r.from.address, r.to.broker?.name, r.to.address]),
      [['left', 'payments', 'right', 'payments']]);
  });

  it('counts no replicas of a diskless topic', () => {
    const topic = (config: string) => read(`resource "aiven_kafka_topic" "t" {
  service_name = "events"
  topic_name   = "orders"
  partitions   = 3
  replication  = 1
  config {
    ${config}
  }
}
`).lines.filter((line) => line.startsWith('channel'));
    assert.deepEqual(topic('diskless_enable = true'), ['channel orders at events partitions=3 open=replicas,minInsyncReplicas']);
    assert.deepEqual(topic('diskless_enable = false'), ['channel orders at events partitions=3 replicas=1']);
  });

  it('reads copies between clusters', () => {
    const r = read(`resource "aiven_kafka" "a" {
  service_name = "source"
}
resource "aiven_mirrormaker_replication_flow" "f" {
  source_cluster = aiven_kafka.a.service_name
  target_cluster = "target"
  enable         = true
  topics         = ["shop\\\\..*", "orders"]
}
resource "confluent_kafka_cluster" "west" {
  display_name = "west"
}
resource "confluent_kafka_cluster" "east" {
  display_name = "east"
}
resource "confluent_cluster_link" "l" {
  link_name = "w2e"
  source_kafka_cluster {
    id = confluent_kafka_cluster.west.id
  }
}
resource "confluent_kafka_mirror_topic" "m" {
  source_kafka_topic {
    topic_name = "payments"
  }
  cluster_link {
    link_name = confluent_cluster_link.l.link_name
  }
  kafka_cluster {
    id = confluent_kafka_cluster.east.id
  }
}
`);
    assert.deepEqual(r.lines, [
      'broker source kafka', 'broker target kafka', 'mirror shop\\..* -> source.$& by replication flow f', 'mirror orders -> source.orders by replication flow f',
      'broker west kafka', 'broker east kafka', 'channel payments at east', 'mirror payments -> payments by mirror topic m',
    ]);
    const route = fact(r, 'route', (f) => f.by === 'mirror topic m');
    assert.deepEqual([route.from.broker, route.to.broker], ['west', 'east']);
    assert.equal(fact(r, 'route').from.match, 'regex');
  });

  it('links schemas to the files that hold them', () => {
    const r = read(`resource "confluent_schema" "orders" {
  subject_name = "orders-value"
  format       = "AVRO"
  schema       = file("\${path.module}/schemas/order.avsc")
}
`);
    assert.deepEqual(r.lines, ['schema orders-value avro /shop/kafka/schemas/order.avsc']);
    assert.equal(r.textAt(fact(r, 'schema').source?.at), '${path.module}/schemas/order.avsc');
    assert.deepEqual(r.links?.map((l) => l.path), ['/shop/kafka/schemas/order.avsc']);
    const aiven = fact(read('resource "aiven_kafka_schema" "s" {\n  subject_name = "s"\n  schema_type = "AVRO"\n'
      + '  compatibility_level = "FULL_TRANSITIVE"\n}\n'), 'schema');
    assert.deepEqual([aiven.format?.value, aiven.compatibility?.value], ['avro', 'full-transitive']);
    const plain = 'resource "confluent_schema" "a" {\n  subject_name = "a"\n  schema = file("a.avsc")\n}\n';
    assert.equal(fact(read(plain), 'schema').source, undefined);
    assert.equal(fact(read(`provider "confluent" {}\n${plain}`), 'schema').source?.value.path, '/shop/kafka/a.avsc');
  });
});
