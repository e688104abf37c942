import assert from 'node:assert/strict';
import type { BrokerFact } from '../../../src/model/facts';
import { dockerCompose } from '../../../src/readers/compose/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading, type Reading } from '../../support/reading';

const read = (text: string, path = 'shop/docker-compose.yml'): Reading => reading(dockerCompose, text, path);

const shop = `
x-kafka: &kafka
  image: confluentinc/cp-kafka:7.6.1
  restart: always
x-env: &env
  KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
  KAFKA_MIN_INSYNC_REPLICAS: 2
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false"
services:
  zookeeper:
    image: confluentinc/cp-zookeeper:7.6.1
  kafka-1:
    <<: *kafka
    ports: ["9092:9092"]
    environment:
      <<: *env
      KAFKA_BROKER_ID: 1
      KAFKA_ADVERTISED_LISTENERS: INSIDE://kafka-1:29092,OUTSIDE://localhost:9092
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT
  kafka-2:
    <<: *kafka
    environment:
      <<: *env
      KAFKA_BROKER_ID: 2
      KAFKA_ADVERTISED_LISTENERS: INSIDE://kafka-2:29092
  registry:
    image: confluentinc/cp-schema-registry:7.6.1
    environment:
      SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS: kafka-1:29092
      SCHEMA_REGISTRY_LISTENERS: http://0.0.0.0:8085
  ui:
    image: provectuslabs/kafka-ui
    environment:
      KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: kafka-1:29092
  kafka-init:
    image: confluentinc/cp-kafka:7.6.1
    depends_on: [kafka-1]
    entrypoint: ["/bin/sh", "-c"]
    command: |
      "
      kafka-topics --bootstrap-server kafka-1:29092 --create --if-not-exists --topic orders --partitions 6 --replication-factor 2 --config retention.ms=60000
      kafka-topics --bootstrap-server kafka-1:29092 --create --topic=payments --partitions 3
      "
  orders:
    build: {context: ./services/orders}
    environment:
      - KAFKA_BROKERS=kafka-1:29092,kafka-2:29092
      - OUTPUT_TOPIC=orders
      - DATABASE_PASSWORD=s3cret
  billing:
    build: ./services/billing
    environment:
      SPRING_KAFKA_BOOTSTRAP_SERVERS: kafka-1:29092
      SPRING_KAFKA_CONSUMER_GROUP_ID: billing
      INPUT_TOPIC: orders
      AUDIT_TOPIC: audit
  web:
    image: nginx
`;

describe('compose', () => {
  it('reads a cluster, its topics and the programs on it', () => {
    const r = read(shop);
    assert.deepEqual(r.lines, [
      'broker kafka kafka localhost:9092 development',
      'channel orders at kafka retention=60000 partitions=6 replicas=2',
      'channel payments at kafka partitions=3',
      'service orders',
      'orders -> orders',
      'service billing client=spring-kafka',
      'billing <- * group=billing',
      'billing <- orders',
      'channel audit at kafka',
    ]);
    assert.equal(r.report, '');
    const broker = fact(r, 'broker');
    assert.deepEqual(broker.addresses?.map((a) => a.value), ['kafka-1:29092', 'kafka-2:29092', 'kafka-1:9092']);
    assert.deepEqual([broker.scope, broker.registry?.value, broker.version?.value, broker.nodes?.value, broker.autoCreate?.value],
      ['/shop', 'http://registry:8085', '3.6', 2, false]);
    assert.equal(broker.topicDefaults?.minInsyncReplicas?.value, 2);
    assert.equal(broker.tls?.value, false);
    assert.equal(fact(r, 'service').folder, '/shop/services/orders');
    assert.deepEqual(r.facts.filter((f) => f.inferred !== undefined).map((f) => f.kind), [
      'service', 'publish', 'service', 'consume', 'consume', 'channel',
    ]);
  });

  it('keeps each place on its own words', () => {
    const r = read(shop);
    const at = (range: Parameters<Reading['textAt']>[0]): string => r.textAt(range);
    const broker = fact(r, 'broker');
    assert.equal(at(broker.name.at), 'kafka');
    assert.equal(at(broker.url?.at), '9092:9092');
    assert.deepEqual(broker.addresses?.map((a) => at(a.at)), ['INSIDE://kafka-1:29092', 'INSIDE://kafka-2:29092', 'kafka-1']);
    assert.equal(at(broker.protocol?.at), 'confluentinc/cp-kafka:7.6.1');
    const orders = fact(r, 'channel', (c) => c.address.value === 'orders');
    assert.deepEqual([orders.address.at, orders.settings.partitions?.at, orders.settings.replicas?.at, orders.settings.retention?.at].map(at),
      ['orders', '6', '2', '60000']);
    assert.equal(at(fact(r, 'channel', (c) => c.address.value === 'payments').address.at), 'payments');
    assert.equal(at(fact(r, 'publish').channel?.name.at), 'orders');
    assert.equal(at(fact(r, 'consume').settings.group?.at), 'billing');
    assert.equal(at(fact(r, 'service').name.at), 'orders');
  });

  it('keeps apart clusters that have nothing in common', () => {
    const r = read(`services:
  a: {image: apache/kafka:3.7.0, environment: {KAFKA_CONTROLLER_QUORUM_VOTERS: "1@a:9093", KAFKA_PROCESS_ROLES: "broker,controller"}}
  b: {image: apache/kafka:3.7.0, environment: {KAFKA_CONTROLLER_QUORUM_VOTERS: "1@b:9093"}}
  c: {image: bitnami/kafka:3.6, environment: {KAFKA_KRAFT_CLUSTER_ID: x, KAFKA_CFG_LISTENERS: "PLAINTEXT://:9094,CONTROLLER://:9093"}}
  d: {image: bitnami/kafka:3.6, environment: {KAFKA_KRAFT_CLUSTER_ID: x, KAFKA_CFG_PROCESS_ROLES: controller}}
  app: {image: app, environment: {KAFKA_BROKERS: "b:9092", ORDERS_TOPIC: orders}}
`);
    assert.deepEqual(r.lines, [
      'broker a kafka a:9092 development', 'broker b kafka b:9092 development', 'broker c kafka c:9094 development',
      'service app', 'channel orders at b',
    ]);
  });

  it('reads RabbitMQ with its login, vhost and mounted definitions', () => {
    const r = read(`services:
  rabbit:
    image: rabbitmq:3.13-management
    hostname: broker
    ports: ["15672:15672", "\${AMQP_PORT:-5673}:5672"]
    environment:
      RABBITMQ_DEFAULT_USER: guest
      RABBITMQ_DEFAULT_PASS: guest
      RABBITMQ_DEFAULT_VHOST: shop
    volumes:
      - ./rabbit/definitions.json:/etc/rabbitmq/definitions.json:ro
      - {type: bind, source: ../conf/rabbitmq.conf, target: /etc/rabbitmq/rabbitmq.conf}
      - data:/var/lib/rabbitmq
    configs: [{source: more, target: /etc/rabbitmq/more.json}]
  setup:
    image: rabbitmq:3.13-management
    command: >
      bash -c "rabbitmqadmin declare exchange name=shop type=topic durable=true &&
      rabbitmqadmin declare queue name=orders durable=true queue_type=quorum &&
      rabbitmqadmin declare binding source=shop destination=orders routing_key=order.#"
  worker:
    image: worker
    environment: {RABBITMQ_HOST: broker, ORDERS_QUEUE: orders}
configs:
  more: {file: ./rabbit/more.json}
`);
    assert.deepEqual(r.lines, [
      'broker rabbit rabbitmq amqp://localhost:5673 vhost=shop development',
      'credential guest RABBITMQ_DEFAULT_PASS secret default',
      'channel exchange shop at rabbit exchange=topic durable=true',
      'channel queue orders at rabbit queue=quorum durable=true',
      'binding shop -> orders [order.#]',
      'service worker',
      'channel queue orders at rabbit',
    ]);
    const broker = fact(r, 'broker');
    assert.deepEqual(broker.configuredBy, ['/shop/rabbit/definitions.json', '/conf/rabbitmq.conf', '/shop/rabbit/more.json']);
    assert.deepEqual(r.links?.map((l) => [l.path, r.textAt(l.at)]), [
      ['/shop/rabbit/definitions.json', './rabbit/definitions.json'], ['/conf/rabbitmq.conf', '../conf/rabbitmq.conf'],
      ['/shop/rabbit/more.json', './rabbit/more.json'],
    ]);
    // What is put together out of variables must not be read off the file again.
    assert.equal(r.textAt(broker.url?.at), 'rabbit');
  });

  it('reads MQTT and NATS brokers with their configuration', () => {
    const r = read(`services:
  mosquitto:
    image: eclipse-mosquitto:2.0.18
    volumes: ["$PWD/mosquitto/mosquitto.conf:/mosquitto/config/mosquitto.conf"]
  nats:
    image: nats:2.10-alpine
    command: "-js -p 4333"
    volumes: ["./nats:/etc/nats"]
  init:
    image: natsio/nats-box
    command: nats stream add ORDERS --subjects "orders.*,refunds" --storage file --replicas 1 --retention work
  gateway:
    image: gateway
    environment: {MQTT_URL: "mqtt://mosquitto:1883", NATS_URL: "nats://nats:4333"}
  probe:
    image: eclipse-mosquitto:2.0.18
    command: mosquitto_sub -h mosquitto -t 'sensors/#' -q 1
`);
    assert.deepEqual(r.lines, [
      'broker mosquitto mqtt mqtt://mosquitto:1883 development', 'broker nats nats nats://nats:4333 development',
      'channel ORDERS at nats stream={…}', 'service gateway', 'service probe', 'probe <- sensors/# qos=1',
    ]);
    assert.deepEqual(r.facts.flatMap((f) => (f.kind === 'broker' ? f.configuredBy ?? [] : [])), [
      '/shop/mosquitto/mosquitto.conf', '/shop/nats/nats-server.conf', '/shop/nats/nats.conf',
    ]);
    const stream = fact(r, 'channel').settings.stream;
    assert.deepEqual(stream?.subjects?.map((s) => [s.value, r.textAt(s.at)]), [['orders.*', 'orders.*'], ['refunds', 'refunds']]);
    assert.deepEqual([stream?.storage?.value, stream?.replicas?.value, stream?.retention?.value], ['file', 1, 'workqueue']);
  });

  for (const [dialect, environment] of [
    ['Confluent', 'CONNECT_BOOTSTRAP_SERVERS: kafka:9092\n      CONNECT_GROUP_ID: g\n      CONNECT_OFFSET_STORAGE_TOPIC: offsets\n      CONNECT_OFFSET_STORAGE_REPLICATION_FACTOR: 1\n      CONNECT_PRODUCER_ACKS: 1'],
    ['Debezium', 'BOOTSTRAP_SERVERS: kafka:9092\n      CONFIG_STORAGE_TOPIC: ${NONE}\n      OFFSET_STORAGE_TOPIC: offsets\n      CONNECT_OFFSET_STORAGE_REPLICATION_FACTOR: 1\n      CONNECT_PRODUCER_ACKS: 1'],
    ['Strimzi', 'KAFKA_CONNECT_BOOTSTRAP_SERVERS: kafka:9092\n      KAFKA_CONNECT_CONFIGURATION: |\n        group.id=g\n        offset.storage.topic=offsets\n        offset.storage.replication.factor=1\n        producer.acks=1'],
  ] as const) {
    it(`reads a Connect worker by the variables of ${dialect}'s image`, () => {
      const r = read(`services:\n  kafka:\n    image: apache/kafka\n  connect:\n    image: my/worker\n    environment:\n      ${environment}\n`);
      assert.deepEqual(r.lines.slice(1), [
        'service connect client=kafka-connect', 'connect -> * acks=1', 'channel offsets at kafka replicas=1',
        'connect -> offsets', 'connect <- offsets',
      ]);
      assert.equal(r.textAt(fact(r, 'channel').address.at), 'offsets');
      assert.equal(r.textAt(fact(r, 'channel').settings.replicas?.at), '1');
    });
  }

  it('reads topics that an image makes at its start', () => {
    const made = (image: string, variable: string): Reading => read(`services:\n  kafka:\n    image: ${image}\n    environment:\n      ${variable}\n`);
    const r = made('wurstmeister/kafka:2.13-2.8.1', 'KAFKA_CREATE_TOPICS: "orders:6:2,audit:1:1:compact"');
    assert.deepEqual(r.lines.slice(1), ['channel orders at kafka partitions=6 replicas=2', 'channel audit at kafka partitions=1 replicas=1 cleanup=compact']);
    const audit = fact(r, 'channel', (c) => c.address.value === 'audit');
    assert.deepEqual([r.textAt(audit.address.at), r.textAt(audit.settings.cleanup?.at)], ['audit', 'compact']);
    assert.equal(audit.inferred, undefined);
    assert.match(fact(made('apache/kafka:3.7.0', 'KAFKA_CREATE_TOPICS: orders:1:1'), 'channel').inferred ?? '', /does not read that variable/);
  });

  it('takes services that extend a template which never runs for one program', () => {
    const r = read(`services:
  base:
    image: app
    environment: {KAFKA_BROKERS: "kafka.example:9092", ORDERS_TOPIC: orders}
    deploy: {replicas: 0}
  app-0: {extends: {service: base}, deploy: {replicas: 1}}
  app-1: {extends: base, deploy: {replicas: 1}}
  other: {extends: base, deploy: {replicas: 3}, environment: {ORDERS_TOPIC: others}}
`);
    assert.deepEqual(r.lines, [
      'broker kafka.example:9092 kafka kafka.example:9092', 'service base', 'channel orders at kafka.example:9092',
      'broker kafka.example:9092 kafka kafka.example:9092', 'service other', 'channel others at kafka.example:9092',
    ]);
    assert.match(fact(r, 'service').inferred ?? '', /^app-0 and app-1 are instances/);
    const other = fact(r, 'service', (s) => s.name.value === 'other');
    assert.equal(other.note, 'It runs in 3 containers.');
    assert.deepEqual([other.instances?.value, r.textAt(other.instances?.at)], [3, '3']);
    const { instances } = fact(r, 'service');
    assert.deepEqual([instances?.value, r.textAt(instances?.at)], [2, 'app-0']);
  });

  it('reads how long a RabbitMQ node waits for acknowledgements from its command line', () => {
    const timeout = (value: string): unknown => {
      const r = read(`services:\n  rabbit:\n    image: rabbitmq:3.13\n    environment:\n      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-rabbit ${value}"\n`);
      return fact(r, 'broker').consumerTimeout?.value;
    };
    assert.equal(timeout('consumer_timeout 36000000'), 36_000_000);
    assert.equal(timeout('log_levels [{connection,error}] -rabbit consumer_timeout 1000'), 1000);
    assert.equal(timeout('consumer_timeout undefined'), undefined);
  });

  it('says nothing of containers that have nothing to do with messages', () => {
    assert.deepEqual(read('services:\n  db: {image: postgres, environment: {POSTGRES_PASSWORD: s3cret}}\n  web: {build: .}\n').lines, []);
  });

  it('leaves open what variables without a default stand for', () => {
    const r = read('services:\n  app:\n    image: app\n    environment:\n      KAFKA_BROKERS: ${BROKERS}\n      ORDERS_TOPIC: ${TOPIC:?set it}\n      DB: ${DB}\n');
    assert.deepEqual(r.lines, []);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${BROKERS}', '${TOPIC:?set it}']);
  });

  it('takes what it has no value for from the files of variables that Compose reads', () => {
    const r = read(`=== shop/docker-compose.yml
services:
  kafka:
    image: my/kafka
    ports: ["\${KAFKA_PORT}:9092"]
    environment: {KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://\${KAFKA_HOST}:9092"}
  orders:
    image: app
    environment: [KAFKA_ADDR, "OUTPUT_TOPIC=\${TOPIC:-orders}"]
  mailer:
    image: app
    env_file: [./mailer.env, {path: gone.env, required: false}]
    environment: {INPUT_TOPIC: mails}
=== shop/.env
KAFKA_PORT=9099
KAFKA_HOST=kafka
KAFKA_ADDR=\${KAFKA_HOST}:9092
TOPIC=other
=== shop/mailer.env
KAFKA_BROKERS=kafka:9092
INPUT_TOPIC=not-this
RABBITMQ_PASSWORD=s3cret
`);
    assert.deepEqual(r.lines, [
      'broker kafka kafka localhost:9099 development', 'service orders', 'orders -> orders', 'service mailer', 'mailer <- mails',
    ]);
    assert.deepEqual(r.wants, ['/shop/.env', '/shop/mailer.env', '/shop/gone.env']);
  });

  it('knows containers that only use the tools of a broker\'s image', () => {
    const r = read(`services:
  kafka: {image: "confluentinc/cp-kafka:7.6.0", environment: {KAFKA_ADVERTISED_LISTENERS: "A://kafka:29092,B://127.0.0.1:9092,C://host.docker.internal:9094"}}
  wait: {image: "confluentinc/cp-kafka:7.6.0", command: "bash -c 'cub kafka-ready 1 20'", environment: {KAFKA_BROKER_ID: ignored, KAFKA_ZOOKEEPER_CONNECT: ignored}}
  panda: {image: redpandadata/redpanda, command: ["redpanda", "start", "--kafka-addr 0.0.0.0:9192", "--advertise-kafka-addr panda:9192"]}
  topics: {image: redpandadata/redpanda, entrypoint: rpk topic create a b -p 3 --brokers panda:9192}
  watch: {image: "confluentinc/cp-kafka:7.6.0", command: "kafka-console-consumer --bootstrap-server kafka:29092 --topic a --group g"}
`);
    assert.deepEqual(r.lines, [
      'broker kafka kafka kafka:29092 development', 'broker panda kafka panda:9192 development',
      'channel a at panda partitions=3', 'channel b at panda partitions=3', 'service watch', 'watch <- a group=g',
    ]);
    assert.deepEqual(fact(r, 'broker').addresses?.map((a) => a.value), ['kafka:9092', 'kafka:9094']);
  });

  it('knows servers\' images that wait for somebody to type, and clients that log in as the default user', () => {
    const r = read(`services:
  server: {image: confluentinc/ksqldb-server, environment: {KSQL_BOOTSTRAP_SERVERS: "kafka:9092", KSQL_LISTENERS: "http://0.0.0.0:8088"}}
  shell: {image: "confluentinc/cp-ksqldb-server:7.6.0", entrypoint: /bin/sh, tty: true}
  rabbit: {image: acme/broker, environment: {RABBITMQ_DEFAULT_USER: shop}}
  mailer: {image: acme/mailer, environment: {RABBITMQ_DEFAULT_USER: shop, RABBITMQ_HOST: rabbit, MAIL_QUEUE: mails}}
`);
    assert.deepEqual(r.lines.filter((line) => !line.startsWith('broker kafka')), [
      'service server client=kafka-streams', 'broker rabbit rabbitmq amqp://rabbit:5672 development', 'service mailer',
    ]);
  });

  it('reads long options of a program like its variables', () => {
    const r = read(`services:
  kafka: {image: "apache/kafka:3.7.0"}
  errors:
    image: app
    command: run --bootstrap.server kafka:9092 --consumer-group errors --input-topic=errors --verbose
  spring:
    image: app
    entrypoint: ["java", "-Dspring.kafka.bootstrap-servers=kafka:9092", "-jar", "/app.jar", "--orders.topic=\${ORDERS:-orders}"]
  init:
    image: app
    command: kafka-topics.sh --create --topic errors --bootstrap-server kafka:9092
`);
    assert.deepEqual(r.lines.slice(1), [
      'service errors', 'errors <- * group=errors', 'errors <- errors', 'service spring client=spring-kafka', 'channel orders at kafka',
      'channel errors at kafka',
    ]);
    assert.equal(r.textAt(fact(r, 'consume').settings.group?.at), 'errors');
    assert.equal(r.textAt(fact(r, 'consume', (c) => c.channel !== undefined).channel?.name.at), 'errors');
    assert.match(fact(r, 'channel').inferred ?? '', /^The option --orders.topic names a topic/);
  });

  it('does not tell a secret that another file holds', () => {
    const r = read(`=== shop/docker-compose.yml
services:
  app:
    image: app
    environment:
      AMQP_URL: amqp://shop:\${PASS}@rabbit:5672
      MQTT_PASSWORD: \${PASS}
      NATS_PASSWORD: \${OTHER:-fallback}
=== shop/.env
PASS=s3cret
`);
    assert.deepEqual(r.facts.flatMap((f) => (f.kind === 'credential' ? [`${f.where} ${r.textAt(f.secret)}`] : [])),
      ['user info of AMQP_URL (nowhere)', 'NATS_PASSWORD fallback']);
    assert.ok(!JSON.stringify(r.facts).includes('s3cret'));
  });

  it('leaves stacks of tests and variables of other environments alone', () => {
    const text = 'services:\n  nats: {image: "nats:2.10"}\n  app: {image: app, environment: {NATS_URL: "nats://u:s3cret@nats:4222"}}\n';
    assert.deepEqual(read(text, 'app/src/test/resources/docker-compose.yml').lines, ['credential u user info of NATS_URL secret']);
    assert.deepEqual(read('KAFKA_BROKERS=k:9092\n', 'app/staging.env').lines, []);
    assert.deepEqual(read('KAFKA_BROKERS=k:9092\n', 'app/prod.env').lines, ['broker k:9092 kafka k:9092']);
    assert.deepEqual(read('KAFKA_BROKERS=k:9092\n', 'app/.env.example').lines, ['broker k:9092 kafka k:9092']);
  });

  it('calls an environment development, but not that of a file for production', () => {
    const text = 'services:\n  nats: {image: "nats:2.10"}\n';
    const environment = (path: string): string | undefined => (read(text, path).facts[0] as BrokerFact).environment?.value;
    assert.equal(environment('docker-compose.yml'), 'development');
    assert.equal(environment('docker-compose.prod.yml'), undefined);
    assert.equal(environment('deploy/production/compose.yaml'), undefined);
  });

  it('takes the folder of a program from its build, unless it holds everything', () => {
    const folder = (build: string): string | undefined =>
      fact(read(`services:\n  app:\n    build: ${build}\n    environment: {KAFKA_BROKERS: "k:9092"}\n`), 'service').folder;
    assert.equal(folder('./app'), '/shop/app');
    assert.equal(folder('{context: ../apps/a}'), '/apps/a');
    assert.equal(folder('.'), undefined);
    assert.equal(folder('{context: ., dockerfile: apps/a/Dockerfile}'), '/shop/apps/a');
    assert.equal(folder('https://example.org/x.git'), undefined);
    assert.equal(folder('${DIR}'), undefined);
  });

  it('reads a file of variables for its brokers, names and logins', () => {
    const r = read('HOST=kafka\nKAFKA_BROKERS=${HOST}:9092\nORDERS_TOPIC=orders\nINPUT_TOPIC=orders.in\nAMQP_URL=amqp://u:s3cret@r:5672\nPORT=80\n', 'shop/.env');
    assert.deepEqual(r.lines, [
      'broker kafka:9092 kafka kafka:9092', 'broker r:5672 rabbitmq amqp://r:5672', 'channel orders at kafka:9092',
      'channel orders.in at kafka:9092', 'credential u user info of AMQP_URL secret',
    ]);
    assert.ok(!JSON.stringify(r.facts).includes('s3cret'));
  });
});

describe('compose: recognition', () => {
  const recognized = (path: string, text: string): boolean =>
    dockerCompose.recognizes({ id: 'file:///x' as never, path, text });

  it('goes by the name, or by services with an image or a build', () => {
    for (const path of ['/docker-compose.yml', '/docker-compose.override.yaml', '/compose.yaml', '/compose-dev.yml', '/docker-compose.yml.example']) {
      assert.ok(recognized(path, 'services:\n  a:\n    command: x\n'), path);
    }
    assert.ok(recognized('/stack/kafka.yml', 'version: "3"\nx-a: &a {}\nservices:\n  a:\n    image: x\nnetworks: {}\n'));
    assert.ok(recognized('/.env', 'A=b\n'));
    assert.ok(recognized('/env/dev.env', '# c\nexport A=b\n'));
    assert.ok(recognized('/.env.example', 'A=\n'));
  });

  it('leaves others with services alone', () => {
    assert.ok(!recognized('/shop.flow.yaml', 'flow: 1\nservices:\n  a:\n    client: x\n'));
    assert.ok(!recognized('/values.yaml', 'services:\n  a:\n    port: 80\n'));
    assert.ok(!recognized('/app.yml', 'language: x\nservices:\n  a:\n    image: x\n'));
    assert.ok(!recognized('/docker-compose.yml', 'volumes: {}\n'));
    assert.ok(!recognized('/services.json', '{"services": {}}'));
    assert.ok(!recognized('/x.env', 'nothing here'));
    assert.ok(!recognized('/environment.txt', 'A=b'));
  });
});

describe('compose, broken', () => {
  const texts = [
    shop,
    'services:\n  k:\n    image: wurstmeister/kafka\n    environment:\n      - KAFKA_CREATE_TOPICS=a:1:1,b:${N:-3}:1\n      - |\n          KAFKA_CONNECT_CONFIGURATION=\n          group.id=a\n'
      + '  c:\n    extends: {service: k}\n    command: >\n      sh -c "for t in a b; do kafka-topics --create --topic $$t; done"\n    volumes: ["./a.json:/b.json"]\n',
    'services:\n  a: {extends: b, image: "rabbitmq:3.13"}\n  b: {extends: a, environment: {RABBITMQ_DEFAULT_PASS: guest}}\n',
  ];
  it('survives 1,000 mutations', () => fuzzReader(dockerCompose, texts, '/docker-compose.yml')).timeout(20_000);
  it('survives 1,000 mutations of variables', () => fuzzReader(dockerCompose,
    ['KAFKA_BROKERS=k:9092\nA_TOPIC="a"\nAMQP_URL=amqp://u:p@h/v # c\nexport X=${Y:-z}\n'], '/.env')).timeout(20_000);

  it('keeps all places inside the file', () => {
    for (const text of texts) {
      const r = read(text);
      for (const at of rangesOf([r.facts, r.links, r.skipped])) assert.ok(at.start >= 0 && at.start <= at.end && at.end <= text.length);
    }
  });
});
