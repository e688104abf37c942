import assert from 'node:assert/strict';
import { fact } from '../../support/reading';
import { connector } from './support';

describe('kafka connect: bridges to other brokers', () => {
  it('brings messages from RabbitMQ queues', () => {
    const r = connector(`name=in
connector.class=io.confluent.connect.rabbitmq.RabbitMQSourceConnector
kafka.topic=orders
rabbitmq.queue=orders.in,orders.late
rabbitmq.host=rabbit
rabbitmq.port=5673
rabbitmq.virtual.host=shop
rabbitmq.security.protocol=SSL
rabbitmq.username=guest
rabbitmq.password=guest
rabbitmq.prefetch.count=50
confluent.topic.bootstrap.servers=kafka:9092
`);
    assert.deepEqual(r.lines, [
      'broker kafka:9092 kafka kafka:9092',
      'service in client=kafka-connect',
      'in -> orders',
      'broker rabbit:5673 rabbitmq rabbit:5673 tls vhost=shop',
      'in <- orders.in ack=manual prefetch=50',
      'in <- orders.late ack=manual prefetch=50',
      'credential guest rabbitmq.password secret default',
    ]);
    const consume = fact(r, 'consume');
    assert.deepEqual([consume.channel?.space, consume.channel?.broker, consume.protocol], ['queue', 'rabbit:5673', 'rabbitmq']);
    assert.equal(r.textAt(consume.channel?.name.at), 'orders.in');
    assert.equal(r.textAt(consume.settings.prefetch?.at), '50');
  });

  it('takes records to RabbitMQ exchanges, or by the default one to a queue', () => {
    const base = 'name=out\nconnector.class=io.confluent.connect.rabbitmq.sink.RabbitMQSinkConnector\ntopics=t\nrabbitmq.host=rabbit\n';
    const toExchange = connector(`${base}rabbitmq.exchange=ex\nrabbitmq.routing.key=k\nrabbitmq.delivery.mode=TRANSIENT\n`);
    assert.ok(toExchange.lines.includes('out -> ex routingKey=k persistent=false'));
    assert.equal(fact(toExchange, 'publish').channel?.space, 'exchange');
    const toQueue = connector(`${base}rabbitmq.routing.key=q\n`);
    assert.ok(toQueue.lines.includes('out -> q'));
    assert.equal(fact(toQueue, 'publish').channel?.space, 'queue');
  });

  it('subscribes to MQTT topics, and publishes to those of the Kafka topics\' names', () => {
    const source = connector(`name=m
connector.class=io.confluent.connect.mqtt.MqttSourceConnector
mqtt.server.uri=tcp://mosquitto:1883
mqtt.topics=trucks/+/position
mqtt.qos=1
mqtt.clean.session.enabled=false
mqtt.password=pw-9
kafka.topic=positions
`);
    assert.deepEqual(source.lines, [
      'service m client=kafka-connect', 'm -> positions', 'broker mosquitto:1883 mqtt tcp://mosquitto:1883',
      'm <- trucks/+/position qos=1 cleanStart=false', 'credential - mqtt.password secret',
    ]);
    assert.equal(fact(source, 'credential').of, 'mosquitto:1883');
    const sink = connector('name=m\nconnector.class=io.confluent.connect.mqtt.MqttSinkConnector\ntopics=alarms\n'
      + 'mqtt.server.uri=ssl://broker:8883\nmqtt.qos=2\nmqtt.retained.enabled=true\n');
    assert.deepEqual(sink.lines.slice(1), [
      'm <- alarms group=connect-m', 'broker broker:8883 mqtt ssl://broker:8883 tls', 'm -> alarms qos=2 retain=true',
    ]);
  });

  it('reads statements of the stream reactor', () => {
    const r = connector(`name=s
connector.class=io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector
connect.mqtt.hosts=tcp://mqtt:1883
connect.mqtt.service.quality=1
connect.mqtt.kcql=INSERT INTO readings SELECT * FROM \`sensors/#\` WITHCONVERTER=\`x\`; insert into alarms select * from alarm
`);
    assert.deepEqual(r.lines.slice(1), [
      's -> readings', 's -> alarms', 'broker mqtt:1883 mqtt tcp://mqtt:1883', 's <- sensors/# qos=1', 's <- alarm qos=1',
    ]);
    assert.equal(r.textAt(fact(r, 'publish').channel?.name.at), 'readings');
    assert.deepEqual(r.facts.flatMap((f) => (f.kind === 'consume' ? [r.textAt(f.channel?.name.at)] : [])), ['sensors/#', 'alarm']);
    const rabbit = connector('name=s\nconnector.class=x.RabbitMQSinkConnector\ntopics=t\nconnect.rabbitmq.host=rabbit\n'
      + 'connect.rabbitmq.port=5672\nconnect.rabbitmq.kcql=INSERT INTO ex SELECT * FROM t WITHTYPE fanout\n');
    assert.deepEqual(rabbit.lines.slice(1), ['s <- t group=connect-s', 'broker rabbit:5672 rabbitmq rabbit:5672', 's -> ex']);
  });

  it('takes a sink\'s topics from statements where nothing else names them', () => {
    const r = connector('name=s\nconnector.class=x.MqttSinkConnector\nconnect.mqtt.hosts=tcp://mqtt:1883\n'
      + 'connect.mqtt.kcql=INSERT INTO out SELECT * FROM in\n');
    assert.deepEqual(r.lines.slice(1), ['s <- in group=connect-s', 'broker mqtt:1883 mqtt tcp://mqtt:1883', 's -> out']);
  });

  it('reads Camel\'s kamelets', () => {
    const nats = connector(`name=n
connector.class=org.apache.camel.kafkaconnector.natssource.CamelNatssourceSourceConnector
topics=orders
camel.kamelet.nats-source.topic=shop.orders
camel.kamelet.nats-source.servers=nats:4222
`);
    assert.deepEqual(nats.lines.slice(1), ['n -> orders', 'broker nats:4222 nats nats:4222', 'n <- shop.orders']);
    const rabbit = connector(`name=r
connector.class=org.apache.camel.kafkaconnector.springrabbitmqsource.CamelSpringrabbitmqsourceSourceConnector
topics=orders
camel.kamelet.spring-rabbitmq-source.host=rabbit
camel.kamelet.spring-rabbitmq-source.port=5672
camel.kamelet.spring-rabbitmq-source.queues=q
`);
    assert.ok(rabbit.lines.includes('r <- q ack=manual'));
  });
});
