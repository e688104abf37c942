import assert from 'node:assert/strict';
import { spring } from '../../../src/readers/spring/reader';
import { fact, reading } from '../../support/reading';

const kafka = 'spring.kafka.bootstrap-servers=k.example:9092\n';

/** What one line of a program's own configuration comes to, beside Kafka's. */
function lineOf(line: string, head = kafka): string {
  const r = reading(spring, `${head}${line}\n`, 'shop/application.properties');
  return r.lines.filter((l) => !/^(broker|service)/.test(l)).join('; ');
}

describe('spring: topics in a program\'s own keys', () => {
  const cases: readonly [string, string][] = [
    // A key that says no direction gives a channel.
    ['app.orders.topic=orders.placed', 'channel orders.placed at k.example:9092'],
    ['app.order-events-topic=orders', 'channel orders at k.example:9092'],
    ['app.orderEventsTopic=orders', 'channel orders at k.example:9092'],
    ['app.orders.topic-name=orders', 'channel orders at k.example:9092'],
    ['app.topics.placed=orders.placed', 'channel orders.placed at k.example:9092'],
    ['app.topics.placed.name=orders.placed', 'channel orders.placed at k.example:9092'],
    ['app.orders.topics=a1,b2', 'channel a1 at k.example:9092; channel b2 at k.example:9092'],
    ['app.dlq.consumer.topic=orders.dlq', 'channel orders.dlq at k.example:9092'],
    ['app.sub-in=${SUB_IN_TOPIC:subscription}', 'channel subscription at k.example:9092'],
    // A key that says it gives an edge.
    ['app.producer.topic=orders', 'shop -> orders'],
    ['app.publisher.orders.topic=orders', 'shop -> orders'],
    ['app.consumer.topic=orders', 'shop <- orders'],
    ['app.input-topic=orders', 'shop <- orders'],
    ['app.kafka.topics.outbound=orders', 'shop -> orders'],
    // Programs put keys of their own beside Spring's.
    ['spring.kafka.topic.name=orders', 'channel orders at k.example:9092'],
    ['spring.kafka.orders-topic=orders', 'channel orders at k.example:9092'],
    ['spring.kafka.producer.topic=orders', 'shop -> *; shop -> orders'],
    ['spring.kafka.retry.topic.attempts=x', ''], ['spring.kafka.properties.app.topic=orders', ''],
    // What is no name, or not Kafka's, gives nothing.
    ['app.topic=true', ''], ['app.topic=12', ''], ['app.topic=/var/topic', ''], ['app.topic=http://a/topic', ''],
    ['app.topic=com.example.events.OrderTopic', ''], ['app.topic=all the news', ''], ['app.topic=${TOPIC}', ''],
    ['app.topic.partitions=orders', ''], ['app.topics.prefix=dev', ''], ['app.topics.replication-factor=abc', ''],
    ['app.queue=orders', ''], ['app.exchange=orders', ''], ['app.jms.topic=orders', ''], ['aws.sns.topic=orders', ''],
    ['app.mqtt.topic=orders', ''], ['logging.level.topic=info', ''], ['management.topic=orders', ''],
    ['spring.jms.topic=orders', ''], ['app.topical=orders', ''], ['app.queue-capacity=abc', ''],
  ];
  for (const [line, expected] of cases) {
    it(`takes ${line} for ${expected === '' ? 'nothing' : expected}`, () => assert.equal(lineOf(line), expected));
  }

  const rabbit = 'spring.rabbitmq.host=r.example\n';
  const ofRabbit: readonly [string, string][] = [
    ['app.orders.queue=orders', 'channel queue orders at r.example:5672'],
    ['app.orders.exchange-name=shop', 'channel exchange shop at r.example:5672'],
    ['app.consumer.queue=orders', 'shop <- orders'], ['spring.rabbitmq.queue=orders', 'channel queue orders at r.example:5672'],
    ['spring.rabbitmq.exchange=shop', 'channel exchange shop at r.example:5672'], ['app.orders.topic=orders', ''],
  ];
  for (const [line, expected] of ofRabbit) {
    it(`takes ${line} with RabbitMQ for ${expected === '' ? 'nothing' : expected}`, () => {
      assert.equal(lineOf(line, rabbit), expected);
    });
  }

  it('says why, and where', () => {
    const r = reading(spring, `${kafka}app.producer.topic = \${T:orders}\napp.refunds.topic=refunds\n`, 'shop/application.properties');
    const publish = fact(r, 'publish');
    assert.equal(publish.inferred,
      'The program\'s own key app.producer.topic names the topic and says that the program publishes to it.');
    assert.equal(r.caret(publish.channel?.name.at), '2 | app.producer.topic = ${T:orders}\n  |                          ^^^^^^');
    const channel = fact(r, 'channel');
    assert.equal(channel.inferred, 'The program\'s own key app.refunds.topic names the topic. Whether the program '
      + 'publishes to it or consumes it, the file does not say.');
    assert.equal(r.textAt(channel.broker?.at), 'k.example:9092');
  });

  it('takes the group that stands beside a topic', () => {
    const r = reading(spring, `${kafka}app.consumer.orders.topic=orders\napp.consumer.orders.group-id=g\n`, 'shop/application.properties');
    assert.equal(fact(r, 'consume').settings.group?.value, 'g');
  });

  it('reads a file of topics beside the file that says what they are of', () => {
    const r = reading(spring, `=== shop/application.yml
logging.level.root: info
app.topics.placed: orders
=== shop/application.properties
spring.kafka.client-id=x
`, 'x');
    assert.deepEqual(r.lines, ['channel orders']);
    assert.equal(fact(r, 'channel').protocol, 'kafka');
  });
});
