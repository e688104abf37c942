import assert from 'node:assert/strict';
import type { Fact } from '../../../src/model/facts';
import {
  environmentOf, environmentOfFile, openVariables, serviceFactsFromEnvironment, type EnvironmentOf,
} from '../../../src/readers/shared/environment';
import type { KeyedValues } from '../../../src/readers/shared/keyed';
import { get } from '../../../src/syntax/tree';
import { parseYaml } from '../../../src/syntax/yaml';
import type { FileId, SourceRange } from '../../../src/text/range';
import type { SourceFile } from '../../../src/text/sourceFile';
import { factLine } from '../../support/reading';
import { rangesOf } from '../../support/ranges';

function yaml(text: string): { file: SourceFile; values: KeyedValues } {
  const file: SourceFile = { id: 'file:///shop/app.yaml' as FileId, path: '/shop/app.yaml', text };
  return { file, values: environmentOf(file, get(parseYaml(text).roots[0], 'env')) };
}

function dotEnv(text: string): { file: SourceFile; values: KeyedValues } {
  const file: SourceFile = { id: 'file:///shop/.env' as FileId, path: '/shop/.env', text };
  return { file, values: environmentOfFile(file) };
}

/** The facts of variables, given as lines of an `.env` file. */
function factsOf(lines: string, about: Partial<EnvironmentOf> = {}): Fact[] {
  const { file, values } = dotEnv(lines);
  const extent: SourceRange = { file: file.id, start: 0, end: lines.length };
  const at: SourceRange = { file: file.id, start: 0, end: 0 };
  return serviceFactsFromEnvironment(values, { dialect: 'test', service: { value: 'orders', at }, extent, ...about });
}

const lines = (text: string, about?: Partial<EnvironmentOf>): string[] => factsOf(text, about).map(factLine);

describe('environment: forms', () => {
  const textsOf = ({ file, values }: { file: SourceFile; values: KeyedValues }): string[] => values.all.map((one) =>
    `${file.text.slice(one.keyAt.start, one.keyAt.end)} ${one.isOpen ? 'open' : one.value} | ${file.text.slice(one.at.start, one.at.end)}`);

  it('reads maps, lists of A=b and lists of name and value, each with places', () => {
    assert.deepEqual(textsOf(yaml('env:\n  A: one\n  B: "two"\n  C: 3\n  D:\n  E: ${X:-four}\n  F: ${Y}\n')), [
      'A one | one', 'B two | two', 'C 3 | 3', 'D open | D', 'E four | ${X:-four}', 'F open | ${Y}',
    ]);
    assert.deepEqual(textsOf(yaml('env:\n  - A=one\n  - "B=two=2"\n  - C\n  - \'D=\'\n')), [
      'A one | one', 'B two=2 | two=2', 'C open | C', 'D  | ',
    ]);
    assert.deepEqual(textsOf(yaml('env:\n  - name: A\n    value: one\n  - name: B\n    valueFrom: {secretKeyRef: {name: x}}\n'
      + '  - name: C\n    value: $(A)-x\n')), ['A one | one', 'B open | B', 'C open | $(A)-x']);
  });

  it('reads a block of text in a list, by its own lines', () => {
    const { file, values } = yaml('env:\n  - |\n    CONFIG=\n    group.id=connect\n');
    const one = values.get('CONFIG');
    assert.equal(one?.value, 'group.id=connect');
    assert.equal(file.text.slice(one!.at.start, one!.at.end), 'group.id=connect');
  });

  it('lets own entries win over merged ones', () => {
    const { values } = yaml('x: &x\n  A: base\n  B: base\nenv:\n  <<: *x\n  A: own\n');
    assert.deepEqual(values.all.map((one) => `${one.key}=${one.value}`).sort(), ['A=own', 'B=base']);
  });

  it('reads .env files with quotes, comments and export', () => {
    assert.deepEqual(textsOf(dotEnv('# a comment\nexport A=one\nB="two # not" # yes\nC=three # yes\nD=\nE = five\r\n')), [
      'A one | one', 'B two # not | two # not', 'C three | three', 'D  | ', 'E five | five',
    ]);
  });
});

describe('environment: addresses', () => {
  for (const [variable, expected] of [
    ['KAFKA_BOOTSTRAP_SERVERS=kafka:9092', 'kafka:9092 kafka kafka:9092'],
    ['KAFKA_BOOTSTRAP_SERVER=kafka:9092', 'kafka:9092 kafka kafka:9092'],
    ['ORDERS_BOOTSTRAP_SERVERS=a.example:9092,b.example:9092', 'a.example:9092 kafka a.example:9092,b.example:9092'],
    ['KAFKA_BROKERS=kafka:9092', 'kafka:9092 kafka kafka:9092'],
    ['KAFKA_BROKER_LIST=kafka:9092', 'kafka:9092 kafka kafka:9092'],
    ['SPRING_KAFKA_BOOTSTRAP_SERVERS=kafka:9092', 'kafka:9092 kafka kafka:9092'],
    ['SPRING_KAFKA_BOOTSTRAPSERVERS=kafka:9092', 'kafka:9092 kafka kafka:9092'],
    ['spring.kafka.bootstrap-servers=kafka:9092', 'kafka:9092 kafka kafka:9092'],
    ['MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_BOOTSTRAP_SERVERS=kafka:9092', 'kafka:9092 kafka kafka:9092'],
    ['KAFKA_HOST=kafka\nKAFKA_PORT=9093', 'kafka:9093 kafka kafka:9093'],
    ['KAFKA_URL=PLAINTEXT://kafka:9092', 'kafka:9092 kafka PLAINTEXT://kafka:9092'],
    ['KAFKA_BROKERS=kafka:9093\nKAFKA_SECURITY_PROTOCOL=SASL_SSL', 'kafka:9093 kafka kafka:9093 tls'],
    ['RABBITMQ_URL=amqp://rabbit:5672/shop', 'rabbit:5672/shop rabbitmq amqp://rabbit:5672/shop'],
    ['CELERY_BROKER_URL=amqps://rabbit', 'rabbit rabbitmq amqps://rabbit tls'],
    ['SPRING_RABBITMQ_HOST=rabbit\nSPRING_RABBITMQ_PORT=5673\nSPRING_RABBITMQ_VIRTUAL_HOST=shop', 'rabbit:5673 rabbitmq rabbit:5673 vhost=shop'],
    ['CLOUDAMQP_URL=amqp://h.example/x', 'h.example/x rabbitmq amqp://h.example/x'],
    ['MQTT_BROKER=mosquitto', 'mosquitto mqtt mosquitto'],
    ['MQTT_HOST=mosquitto\nMQTT_PORT=1884', 'mosquitto:1884 mqtt mosquitto:1884'],
    ['MQTT_BROKER_URL=tcp://mosquitto:1883', 'mosquitto:1883 mqtt tcp://mosquitto:1883'],
    ['NATS_URL=nats://nats:4222', 'nats:4222 nats nats://nats:4222'],
    ['SENTRY_KAFKA_BROKERS_PROFILING=kafka:9092', 'kafka:9092 kafka kafka:9092'],
    ['DEFAULT_BROKERS=a:9092,b:9092', 'a:9092 kafka a:9092,b:9092'],
    ['KAFKA_SERVICE_HOST=kafka\nKAFKA_SERVICE_PORT=9092', 'kafka:9092 kafka kafka:9092'],
    ['CELERY_BROKER_URL=pyamqp://rabbit//', 'rabbit rabbitmq amqp://rabbit//'],
    ['NATS_SERVERS=nats://a:4222,nats://b:4222', 'a:4222 nats nats://a:4222,nats://b:4222'],
  ] as const) {
    it(variable.replaceAll('\n', ' '), () => {
      assert.deepEqual(lines(variable), [`broker ${expected}`, `service orders${clientOf(variable)}`]);
    });
  }

  const clientOf = (variable: string): string =>
    /SPRING_RABBIT/.test(variable) ? ' client=spring-amqp' : /spring.kafka/i.test(variable) ? ' client=spring-kafka' : '';

  for (const variable of [
    'KAFKA_BROKERS=3', 'KAFKA_BROKERS=${BROKERS}', 'KAFKA_ENABLED=true', 'KAFKA_ZOOKEEPER_CONNECT=zk:2181',
    'RABBITMQ_MANAGEMENT_URL=http://rabbit:15672', 'KAFKA_REST_URL=http://rest:8082', 'DATABASE_URL=postgres://u:p@db/x',
    'REDIS_HOST=redis', 'KAFKA_HOST=true', 'MQTT_URL=https://example.org/docs', 'SCHEMA_REGISTRY_URL=http://sr:8081',
    'KAFKA_CONNECT_HOST=connect:8083', 'KAFKA_JMX_ADDRESS=kafka:9999', 'DB_ADDRESS=db:5432', 'KAFKA_OPTS=-Dx=a:1',
  ]) it(`${variable} is none`, () => assert.deepEqual(lines(variable), []));

  it('names the variable that it concludes from, once for an address', () => {
    const facts = factsOf('A_BOOTSTRAP_SERVERS=kafka:9092\nB_BOOTSTRAP_SERVERS=kafka:9092\n');
    assert.equal(facts.length, 2);
    assert.match(facts[0]?.inferred ?? '', /^The variable A_BOOTSTRAP_SERVERS names/);
  });

  it('takes any key for an address where the file declares the broker that is there', () => {
    assert.deepEqual(lines('STREAM_TO=kafka:9092\nDB=db:5432', { brokerAt: (protocol, at) => (protocol === 'kafka' && at === 'kafka:9092' ? 'events' : undefined) }),
      ['service orders']);
  });

  it('takes the name of a broker that the file declares', () => {
    const facts = factsOf('KAFKA_BROKERS=kafka:9092\nORDERS_TOPIC=orders', { brokerAt: () => 'kafka' });
    assert.deepEqual(facts.map(factLine), ['service orders', 'channel orders at kafka']);
  });
});

describe('environment: topics and queues', () => {
  const kafka = 'KAFKA_BROKERS=k:9092\n';
  for (const [variables, expected] of [
    [`${kafka}ORDERS_TOPIC=orders`, 'channel orders at k:9092'],
    [`${kafka}TOPIC_NAME=orders`, 'channel orders at k:9092'],
    [`${kafka}KAFKA_TOPIC_ORDERS=orders.v1`, 'channel orders.v1 at k:9092'],
    [`${kafka}PRODUCER_TOPIC=orders`, 'orders -> orders'],
    [`${kafka}OUTPUT_TOPIC=orders`, 'orders -> orders'],
    [`${kafka}INPUT_TOPIC=orders`, 'orders <- orders'],
    [`${kafka}SUBSCRIBE_TOPICS=a,b`, 'orders <- a\norders <- b'],
    [`${kafka}CONSUMER_DLQ_TOPIC=orders.dlq`, 'channel orders.dlq at k:9092'],
    [`${kafka}MP_MESSAGING_INCOMING_ORDERS_TOPIC=orders`, 'orders <- orders'],
    ['AMQP_URL=amqp://r\nORDERS_QUEUE=orders', 'channel queue orders at r'],
    ['AMQP_URL=amqp://r\nORDERS_EXCHANGE=shop', 'channel exchange shop at r'],
    ['MQTT_HOST=m\nSENSOR_TOPIC=sensors/+/state', 'channel sensors/+/state at m'],
    ['NATS_URL=nats://n:4222\nORDERS_SUBJECT=orders.>', 'channel orders.> at n:4222'],
  ] as const) {
    it(variables.replaceAll('\n', ' '), () => {
      assert.deepEqual(lines(variables).filter((l) => !/^(broker|service) /.test(l)).join('\n'), expected);
    });
  }

  for (const variable of [
    'TOPIC_PREFIX=orders', 'TOPIC_REPLICATION_FACTOR=3', 'KAFKA_TOPIC_RETENTION_MS=1000', 'EMAIL_SUBJECT=Hello',
    'SQS_QUEUE=orders', 'SNS_TOPIC=arn:aws:sns:eu:1:x', 'QUEUE_CONNECTION=rabbitmq', 'ORDERS_TOPIC=${TOPIC}', 'ORDERS_QUEUE=orders',
    'TOPIC_INIT_TRIES=10', 'ORDERS_TOPIC=true', 'ORDERS_TOPIC=a topic of talk',
  ]) it(`${variable} names nothing`, () => assert.deepEqual(lines(`KAFKA_BROKERS=k:9092\n${variable}`).slice(2), []));

  it('needs to know what system a topic is of', () => {
    assert.deepEqual(lines('ORDERS_TOPIC=orders'), []);
    assert.deepEqual(lines('ORDERS_TOPIC=orders', { protocols: ['kafka'] }), ['service orders', 'channel orders']);
  });

  it('has no edges without a service', () => {
    assert.deepEqual(lines('KAFKA_BROKERS=k:9092\nINPUT_TOPIC=in.orders', { service: undefined }), [
      'broker k:9092 kafka k:9092', 'channel in.orders at k:9092',
    ]);
  });
});

describe('environment: settings of clients', () => {
  for (const [variables, expected] of [
    ['SPRING_KAFKA_CONSUMER_GROUP_ID=billing\nSPRING_KAFKA_CONSUMER_ENABLE_AUTO_COMMIT=false', 'orders <- * group=billing autoCommit=false'],
    ['SPRING_KAFKA_CONSUMER_GROUPID=billing', 'orders <- * group=billing'],
    ['SPRING_KAFKA_CONSUMER_ISOLATION_LEVEL=read-committed', 'orders <- * isolation=read_committed'],
    ['SPRING_KAFKA_PRODUCER_ACKS=1\nSPRING_KAFKA_PRODUCER_PROPERTIES_ENABLE_IDEMPOTENCE=false', 'orders -> * acks=1 idempotence=false'],
    ['KAFKA_ACKS=all', 'orders -> * acks=all'],
    ['KAFKA_GROUP_ID=billing\nKAFKA_ENABLE_AUTO_COMMIT=true', 'orders <- * group=billing autoCommit=true'],
    ['CONSUMER_GROUP=billing', 'orders <- * group=billing'],
    ['ORDERS_CONSUMER_GROUP_ID=billing', 'orders <- * group=billing'],
    ['A_CONSUMER_GROUP=a\nB_CONSUMER_GROUP=b', ''],
    ['KAFKA_ACKS=${ACKS}', 'orders -> * open=acks'],
    ['KAFKA_RETRIES=3', ''],
  ] as const) {
    it(variables.replaceAll('\n', ' '), () => {
      assert.equal(lines(variables).filter((l) => !l.startsWith('service')).join('\n'), expected);
    });
  }
});

describe('environment: logins', () => {
  const secretsOf = (text: string): string[] => factsOf(text).flatMap((f) =>
    f.kind === 'credential' ? [`${f.of} ${f.user?.value ?? '-'} ${f.secret ? text.slice(f.secret.start, f.secret.end) : '-'}${f.isDefault ? ' default' : ''}`] : []);

  for (const [variables, expected] of [
    ['AMQP_URL=amqp://guest:guest@r:5672', 'amqp://r:5672 guest guest default'],
    ['RABBITMQ_HOST=r\nRABBITMQ_USER=shop\nRABBITMQ_PASSWORD=s3cret', 'r shop s3cret'],
    ['A_KAFKA_BROKERS=k:9092\nKAFKA_SSL_KEY_PASSWORD=s3cret\nKAFKA_SSL_KEYSTORE_PASSWORD=s3cret', 'k:9092 - s3cret'],
    ['RABBITMQ_PASSWORD=${PASS:-s3cret}', 'orders - s3cret'],
    ['NATS_URL=nats://tok3n@n:4222', 'nats://n:4222 - tok3n'],
    ['KAFKA_SASL_JAAS_CONFIG=x.PlainLoginModule required username="a" password="s3cret";', 'orders a s3cret'],
    ['SPRING_KAFKA_PROPERTIES_SSL_KEYSTORE_PASSWORD=changeit', 'orders - changeit'],
    ['MQTT_USERNAME=m\nMQTT_PASSWORD=s3cret', 'orders m s3cret'],
  ] as const) {
    it(variables.replaceAll('\n', ' '), () => assert.deepEqual(secretsOf(variables), [expected]));
  }

  for (const variable of [
    'POSTGRES_PASSWORD=s3cret', 'RABBITMQ_PASSWORD=${PASS}', 'RABBITMQ_PASSWORD_FILE=/run/secrets/x', 'JWT_SECRET=x',
    'KAFKA_UI_PASSWORD=x', 'RABBITMQ_PASSWORD=', 'KAFKA_SASL_PASSWORD=CCLOUD_API_SECRET',
    'KAFKA_SSL_TRUSTSTORE_PASSWORD=changeit',
  ]) it(`${variable} is none of ours`, () => assert.deepEqual(secretsOf(variable), []));

  it('keeps no secret\'s text', () => {
    const all = factsOf('AMQP_URL=amqp://shop:s3cret@r:5672\nKAFKA_SASL_JAAS_CONFIG=x password="s3cret";\nMQTT_PASSWORD=s3cret\n');
    assert.ok(all.length >= 4);
    assert.ok(!JSON.stringify(all).includes('s3cret'));
  });
});

describe('environment: places', () => {
  it('are those of the words', () => {
    const text = 'KAFKA_BROKERS=k:9092\nINPUT_TOPICS=a, b\nKAFKA_GROUP_ID=billing\n';
    const facts = factsOf(text);
    const at = (range: SourceRange | undefined): string => range === undefined ? '' : text.slice(range.start, range.end);
    assert.deepEqual(facts.flatMap((f) => f.kind === 'consume' ? [at(f.channel?.name.at ?? f.settings.group?.at)] : []), ['billing', 'a', 'b']);
    for (const range of rangesOf(facts)) assert.ok(0 <= range.start && range.start <= range.end && range.end <= text.length);
  });

  it('of what is left open are told for variables of messaging only', () => {
    const text = 'KAFKA_BROKERS=${BROKERS}\nDB_URL=${DB}\nORDERS_TOPIC=${TOPIC}\n';
    assert.deepEqual(openVariables(dotEnv(text).values).map((r) => text.slice(r.start, r.end)), ['${BROKERS}', '${TOPIC}']);
  });
});
