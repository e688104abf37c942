import assert from 'node:assert/strict';
import { terraform } from '../../../src/readers/terraform/reader';
import { fact, reading } from '../../support/reading';

const read = (text: string): ReturnType<typeof reading> => reading(terraform, text, '/shop/rabbit.tf');

const shop = `provider "rabbitmq" {
  endpoint = "http://localhost:15672"
  username = "guest"
  password = "guest"
}
locals {
  main = "orders"
}
resource "rabbitmq_vhost" "shop" {
  name = "shop"
}
resource "rabbitmq_exchange" "orders" {
  name  = local.main
  vhost = rabbitmq_vhost.shop.name
  settings {
    type        = "topic"
    durable     = true
    auto_delete = false
    arguments   = { "alternate-exchange" = "lost" }
  }
}
resource "rabbitmq_queue" "billing" {
  name  = "billing"
  vhost = "\${rabbitmq_vhost.shop.name}"
  settings {
    durable = true
    arguments_json = jsonencode({
      "x-queue-type"              = "quorum"
      "x-dead-letter-exchange"    = ""
      "x-dead-letter-routing-key" = rabbitmq_queue.dead.name
      "x-delivery-limit"          = 5
    })
  }
}
resource "rabbitmq_queue" "dead" {
  name  = "billing.dead"
  vhost = rabbitmq_vhost.shop.name
  settings {
    arguments = {
      "x-message-ttl" = var.ttl
      "x-max-length"  = 1000
    }
  }
}
resource "rabbitmq_binding" "b" {
  source           = rabbitmq_exchange.orders.name
  vhost            = rabbitmq_vhost.shop.name
  destination      = rabbitmq_queue.billing.name
  destination_type = "queue"
  routing_key      = "order.*"
}
resource "rabbitmq_policy" "dlx" {
  name  = "overflow"
  vhost = rabbitmq_vhost.shop.name
  policy {
    pattern  = "^billing$"
    priority = 0
    apply_to = "queues"
    definition = {
      "overflow" = "reject-publish"
    }
  }
}
resource "rabbitmq_permissions" "p" {
  user  = rabbitmq_user.u.name
  vhost = rabbitmq_vhost.shop.name
  permissions {
    configure = ""
    write     = "orders"
    read      = "billing"
  }
}
resource "rabbitmq_user" "u" {
  name     = "billing"
  password = "tops3cret"
}
resource "rabbitmq_user" "v" {
  name     = "other"
  password = var.password
}
`;

describe('terraform: resources of RabbitMQ', () => {
  it('reads them as definitions would say it', () => {
    const r = read(shop);
    assert.deepEqual(r.lines, [
      'credential guest password secret default', 'broker shop rabbitmq vhost=shop',
      'channel exchange orders at shop exchange=topic durable=true autoDelete=false',
      'alternate orders -> lost by exchange "orders"',
      'channel queue billing at shop queue=quorum durable=true autoDelete=false overflow=reject-publish deliveryLimit=5',
      'dead-letter billing -> billing.dead [billing.dead] by queue "billing"',
      'channel queue billing.dead at shop queue=classic durable=false autoDelete=false maxLength=1000 open=ttl',
      'binding orders -> billing [order.*] by binding of queue "billing" to exchange "orders"',
      'permission billing at shop', 'credential billing password secret',
    ]);
    assert.ok(r.facts.every((f) => f.dialect === 'terraform'));
    assert.ok(!JSON.stringify(r.facts).includes('tops3cret'));
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['var.ttl']);
  });

  it('keeps places: of values where they are used', () => {
    const r = read(shop);
    const queue = fact(r, 'channel', (f) => f.address.value === 'billing');
    assert.equal(r.textAt(queue.address.at), 'billing');
    assert.equal(r.textAt(queue.settings.deliveryLimit?.at), '5');
    assert.equal(r.textAt(queue.settings.overflow?.at), 'reject-publish');
    assert.equal(r.textAt(queue.settings.autoDelete?.at), 'settings');
    assert.equal(r.textAt(fact(r, 'channel', (f) => f.space === 'exchange').address.at), 'local.main');
    assert.equal(r.textAt(fact(r, 'route', (f) => f.route === 'binding').to.name.at), 'rabbitmq_queue.billing.name');
    assert.equal(r.textAt(fact(r, 'credential', (f) => f.user?.value === 'billing').secret), 'tops3cret');
  });

  it('makes no vhost of one that the file does not say', () => {
    const r = read(`resource "rabbitmq_queue" "a" {
  name  = "a"
  vhost = var.vhost
  settings {
    durable = true
  }
}
resource "rabbitmq_policy" "p" {
  name  = "p"
  vhost = var.vhost
  policy {
    pattern    = ".*"
    priority   = 1
    apply_to   = "all"
    definition = { "max-length" = 10 }
  }
}
resource "rabbitmq_permissions" "p" {
  user  = "u"
  vhost = var.vhost
  permissions {
    configure = ".*"
  }
}
`);
    assert.deepEqual(r.lines, ['channel queue a queue=classic durable=true autoDelete=false maxLength=10']);
    assert.ok(!JSON.stringify(r.facts).includes('\uE012'));
  });

  it('takes the vhost / where none is written, as the provider does', () => {
    const r = read('resource "rabbitmq_queue" "a" {\n  name = "a"\n  settings {\n    durable = true\n  }\n}\n');
    assert.deepEqual(r.lines, ['channel queue a queue=classic durable=true autoDelete=false', 'broker / rabbitmq vhost=/']);
    assert.match(fact(r, 'broker').inferred ?? '', /Without a vhost the provider takes/);
  });

  it('claims nothing of arguments that it does not know', () => {
    const r = read('resource "rabbitmq_queue" "a" {\n  name = "a"\n  settings {\n    arguments = var.args\n  }\n}\n');
    const { settings } = fact(r, 'channel');
    assert.equal(settings.queue, undefined);
    assert.ok(settings.open?.includes('queue') && settings.open.includes('deliveryLimit'));
    const unnamed = read('resource "rabbitmq_queue" "a" {\n  name = var.n\n  settings {}\n}\nresource "rabbitmq_binding" "b" {\n'
      + '  source = "x"\n  destination = rabbitmq_queue.a.name\n  destination_type = "queue"\n}\n');
    assert.deepEqual(unnamed.lines, []);
  });

  it('reads a policy whose definition is a block', () => {
    const r = read('resource "rabbitmq_queue" "a" {\n  name = "a"\n  settings {}\n}\nresource "rabbitmq_policy" "p" {\n  name = "p"\n'
      + '  policy {\n    pattern = "a"\n    priority = 1\n    apply_to = "all"\n    definition {\n      max-length = 10\n    }\n  }\n}\n');
    assert.equal(fact(r, 'channel').settings.maxLength?.value, 10);
    assert.equal(r.textAt(fact(r, 'channel').settings.maxLength?.at), '10');
  });

  it('names what stands in another file by its address in Terraform', () => {
    const r = read('resource "rabbitmq_binding" "b" {\n  source = "${rabbitmq_exchange.x.name}"\n  destination = rabbitmq_queue.q["a"].name\n'
      + '  destination_type = "queue"\n}\n');
    const route = fact(r, 'route');
    assert.deepEqual([route.from.handle, route.to.handle], ['rabbitmq_exchange.x', 'rabbitmq_queue.q["a"]']);
    assert.equal(r.textAt(route.from.name.at), '${rabbitmq_exchange.x.name}');
    assert.ok(!/[\uE012\uE013]/.test(JSON.stringify(r.facts)));
  });

  it('reads shovels and federation', () => {
    const r = read(`resource "rabbitmq_shovel" "s" {
  name  = "move"
  vhost = "/"
  info {
    source_uri               = "amqp:///"
    source_queue             = "a"
    destination_uri          = "amqps://u:pa55@far.example/x"
    destination_exchange     = "b"
    destination_exchange_key = "k"
  }
}
resource "rabbitmq_shovel" "unknown" {
  name  = "move2"
  vhost = "/"
  info {
    source_uri        = var.uri
    source_queue      = "a"
    destination_uri   = "amqp:///"
    destination_queue = "c"
  }
}
`);
    assert.deepEqual(r.lines.filter((l) => l.startsWith('shovel')), ['shovel a -> b [k] by shovel "move"']);
    assert.equal(r.textAt(fact(r, 'credential').secret), 'pa55');
  });
});

describe('terraform: resources of NATS', () => {
  it('reads streams and consumers, in the provider\'s seconds', () => {
    const r = read(`provider "jetstream" {
  servers = "nats.example:4222"
}
resource "jetstream_stream" "ORDERS" {
  name             = "ORDERS"
  subjects         = ["orders.*"]
  storage          = "memory"
  max_age          = 60 * 60
  max_msgs         = -1
  duplicate_window = 30
  retention        = "workqueue"
}
resource "jetstream_stream" "ARCHIVE" {
  name     = "ARCHIVE"
  replicas = var.replicas
  source {
    name           = "ORDERS"
    filter_subject = "orders.done"
  }
}
resource "jetstream_consumer" "billing" {
  stream_id      = jetstream_stream.ORDERS.id
  durable_name   = "billing"
  filter_subject = "orders.new"
  ack_wait       = 10
  max_delivery   = 5
}
resource "jetstream_consumer" "audit" {
  stream_id    = "JETSTREAM_STREAM_ARCHIVE"
  durable_name = "audit"
  ack_policy   = "none"
}
`);
    assert.deepEqual(r.lines, [
      'broker nats.example:4222 nats nats.example:4222', 'channel ORDERS stream={…}', 'channel ARCHIVE stream={…}',
      'stream-source ORDERS -> ARCHIVE [orders.done] by stream "ARCHIVE"', 'service billing',
      'billing <- ORDERS durable=billing ackPolicy=explicit ackWait=10000 maxDeliver=5', 'service audit',
      'audit <- ARCHIVE durable=audit ackPolicy=none',
    ]);
    const { stream } = fact(r, 'channel').settings;
    assert.equal(stream?.maxAge?.value, 3_600_000);
    assert.equal(r.textAt(stream?.maxAge?.at), '60 * 60');
    assert.equal(stream?.maxMessages, undefined);
    assert.equal(stream?.duplicateWindow?.value, 30_000);
    assert.equal(stream?.retention?.value, 'workqueue');
    assert.deepEqual(fact(r, 'channel', (f) => f.address.value === 'ARCHIVE').settings.stream?.open, ['replicas']);
    assert.match(fact(r, 'consume').note ?? '', /ack_policy is not set/);
  });
});
