import assert from 'node:assert/strict';
import { buildModel } from '../../src/model/build';
import { readFiles } from '../../src/workspace/read';
import { dumpModel } from '../support/dump';
import { fixture } from '../support/fixture';

const dump = (text: string): string =>
  dumpModel(buildModel(readFiles(fixture(text, '/x.tf').files).map((f) => ({ ...f, facts: f.result.facts }))));

const topics = `resource "kafka_topic" "orders" {
  name       = "shop.orders"
  partitions = 3
}
resource "kafka_topic" "many" {
  for_each = toset(["a", "b"])
  name     = "shop.\${each.key}"
}
`;

describe('names by what another file declares', () => {
  it('are the addresses of that file', () => {
    assert.equal(dump(`=== /shop/topics.tf
${topics}
=== /shop/apps.tf
module "cart" {
  source         = "./kafka-app"
  produce_topics = [kafka_topic.orders.name, "\${kafka_topic.many["b"].name}"]
}
resource "kafka_acl" "r" {
  resource_name       = kafka_topic.orders.id
  resource_type       = "Topic"
  acl_principal       = "User:billing"
  acl_operation       = "Read"
  acl_permission_type = "Allow"
}
`), [
      'shop.a: - kafka topic', 'shop.b: - kafka topic', '  <- cart', 'shop.orders: - kafka topic', '  <- cart', '  -> billing',
    ].join('\n'));
  });

  it('join exchanges, queues and bindings of several files', () => {
    assert.equal(dump(`=== /mq/queues.tf
resource "rabbitmq_queue" "work" {
  name  = "work"
  vhost = "/"
  settings {
    durable = true
    arguments = {
      "x-dead-letter-exchange" = rabbitmq_exchange.dead.name
    }
  }
}
=== /mq/exchanges.tf
resource "rabbitmq_exchange" "jobs" {
  name  = "jobs"
  vhost = "/"
  settings {
    type = "topic"
  }
}
resource "rabbitmq_exchange" "dead" {
  name  = "dead"
  vhost = "/"
  settings {
    type = "fanout"
  }
}
=== /mq/bindings.tf
resource "rabbitmq_binding" "b" {
  source           = rabbitmq_exchange.jobs.name
  vhost            = "/"
  destination      = "\${rabbitmq_queue.work.name}"
  destination_type = "queue"
  routing_key      = "job.*"
}
resource "rabbitmq_binding" "lost" {
  source           = rabbitmq_exchange.nowhere.name
  vhost            = "/"
  destination      = rabbitmq_queue.work.name
  destination_type = "queue"
}
`), [
      'dead: / rabbitmq exchange dead-letter', 'jobs: / rabbitmq exchange', '  => work (binding job.*)',
      'work: / rabbitmq queue', '  => dead (dead-letter)',
    ].join('\n'));
  });

  it('say nothing where no file of the folder declares it', () => {
    assert.equal(dump(`=== /shop/topics.tf
${topics}
=== /other/apps.tf
module "cart" {
  source         = "./kafka-app"
  produce_topics = [kafka_topic.orders.name]
}
`), ['shop.a: - kafka topic', 'shop.b: - kafka topic', 'shop.orders: - kafka topic', 'service cart: idle'].join('\n'));
  });
});
