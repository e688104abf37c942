import assert from 'node:assert/strict';
import { kafkaProperties } from '../../../src/readers/kafka-properties/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'billing/config/client.properties'): ReturnType<typeof reading> =>
  reading(kafkaProperties, text, path);

const both = `
# settings of billing
bootstrap.servers = kafka-1.example:9093,kafka-2.example:9093
security.protocol=SASL_SSL
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  username="billing" \\
  password="s3cret";
ssl.truststore.password=changeit
ssl.keystore.password=\${file:/etc/secrets:keystore}
schema.registry.url=http://registry.example:8081
client.id=billing
acks=1
enable.idempotence=false
key.serializer=org.apache.kafka.common.serialization.StringSerializer
group.id=billing-orders
enable.auto.commit=true
auto.offset.reset=latest
isolation.level=read_committed
max.poll.interval.ms=300000
`;

describe('kafka properties', () => {
  it('takes logins out of a registry\'s address, and sees private keys', () => {
    const r = read(`bootstrap.servers=k.example:9093
client.id=a
schema.registry.url=https://ru:rp-secret@a.example, https://b.example
ssl.keystore.key=-----BEGIN PRIVATE KEY----- MIIE -----END PRIVATE KEY-----
ssl.truststore.certificates=-----BEGIN CERTIFICATE----- MIIC -----END CERTIFICATE-----
`);
    assert.equal(fact(r, 'broker').registry?.value, 'https://a.example,https://b.example');
    const found = r.facts.flatMap((f) => (f.kind === 'credential' ? [[f.where, f.user?.value, r.textAt(f.secret)]] : []));
    assert.deepEqual(found, [
      ['user info of schema.registry.url', 'ru', 'rp-secret'],
      ['ssl.keystore.key', undefined, '-----BEGIN PRIVATE KEY----- MIIE -----END PRIVATE KEY-----'],
    ]);
    assert.ok(!JSON.stringify(r.facts).includes('rp-secret'));
  });

  it('reads a client that produces and consumes', () => {
    const r = read(both);
    assert.deepEqual(r.lines, [
      'broker kafka-1.example:9093 kafka kafka-1.example:9093,kafka-2.example:9093 tls',
      'service billing client=kafka-java',
      'billing -> * clientId=billing acks=1 idempotence=false',
      'billing <- * clientId=billing group=billing-orders autoCommit=true isolation=read_committed offsetReset=latest maxPollInterval=300000',
      'credential billing sasl.jaas.config secret',
    ]);
    assert.equal(r.report, '');
  });

  it('keeps places of settings and of the secret inside the login', () => {
    const r = read(both);
    assert.equal(r.caret(fact(r, 'publish').settings.acks?.at), ['11 | acks=1', '   |      ^'].join('\n'));
    const login = fact(r, 'credential');
    assert.equal(r.caret(login.secret), ['6 |   password="s3cret";', '  |             ^^^^^^'].join('\n'));
    assert.equal(r.textAt(login.user?.at), 'billing');
    assert.equal(login.of, 'kafka-1.example:9093,kafka-2.example:9093');
    assert.equal(r.textAt(fact(r, 'service').name.at), 'billing');
    assert.equal(r.textAt(fact(r, 'broker').registry?.at), 'http://registry.example:8081');
  });

  it('says where a missing setting is written', () => {
    const text = 'bootstrap.servers=a:9092\r\nlinger.ms=5\r\n';
    const r = read(text);
    const insert = fact(r, 'publish').insert!;
    const fixed = text.slice(0, insert.at.start) + `${insert.before}acks${insert.separator}all${insert.after}` + text.slice(insert.at.end);
    assert.equal(fixed, 'bootstrap.servers=a:9092\r\nlinger.ms=5\r\nacks=all\r\n');
    assert.ok(read(fixed).lines.some((l) => l.includes('acks=all')));
  });

  it('names the service after its folder where nothing else names it', () => {
    const r = read('bootstrap.servers=localhost:9092\ncompression.type=none\n', 'shop/checkout/src/main/resources/producer.properties');
    assert.deepEqual(r.lines, [
      'broker localhost:9092 kafka localhost:9092', 'service checkout client=kafka-java', 'checkout -> *',
    ]);
    assert.equal(r.textAt(fact(r, 'service').name.at), 'bootstrap.servers');
    assert.match(fact(r, 'service').inferred ?? '', /named after its folder/);
  });

  it('tells librdkafka by its own keys, and leaves the client open where keys contradict', () => {
    const client = (text: string): string | undefined => fact(read(text), 'service').client?.value;
    assert.equal(client('metadata.broker.list=a:9092\ngroup.id=x\nenable.auto.offset.store=true'), 'librdkafka');
    assert.equal(client('bootstrap.servers=a:9092\ngroup.id=x\n'), 'kafka-java');
    assert.equal(client('bootstrap.servers=a:9092\ngroup.id=x\nsasl.username=u\nmax.poll.records=3'), undefined);
    assert.deepEqual(read('metadata.broker.list=a:9092\ngroup.id=x\nenable.auto.offset.store=false\nauto.offset.reset=smallest').lines.slice(2), [
      'x <- * group=x autoOffsetStore=false offsetReset=earliest',
    ]);
  });

  it('reads a Connect worker: its group is no consumer group, its clients have prefixes', () => {
    const r = read(`bootstrap.servers=localhost:9092
group.id=connect-cluster
key.converter=org.apache.kafka.connect.json.JsonConverter
offset.storage.topic=connect-offsets
producer.acks=1
consumer.isolation.level=read_committed
`, 'worker.properties');
    assert.deepEqual(r.lines.slice(1), [
      'service connect-cluster client=kafka-connect', 'connect-cluster -> * acks=1', 'connect-cluster <- * isolation=read_committed',
    ]);
    assert.equal(fact(r, 'publish').insert?.before, '\nproducer.');
  });

  it('takes what a Connect cluster does in transactions for its sources', () => {
    const worker = (line: string): string => {
      const r = read(`bootstrap.servers=a:9092\ngroup.id=pipes\nkey.converter=c\noffset.storage.topic=o\n${line}\n`,
        '/connect/connect-distributed.properties');
      const { transactionalId, idempotence } = fact(r, 'publish').settings;
      return `${transactionalId?.value} ${idempotence?.value} ${r.textAt(idempotence?.at)}`;
    };
    assert.equal(worker('exactly.once.source.support=enabled'), 'pipes true enabled');
    assert.equal(worker('exactly.once.source.support=preparing'), 'undefined undefined (nowhere)');
  });

  it('reads the threads of a Streams program, and what becomes of what it cannot read', () => {
    const settings = (line: string): string => {
      const r = read(`bootstrap.servers=a:9092\napplication.id=totals\n${line}\n`);
      const { concurrency, onFailure } = fact(r, 'consume').settings;
      return `${concurrency?.value} ${r.textAt(concurrency?.at)}, ${onFailure?.skip?.value}`;
    };
    assert.equal(settings('num.stream.threads=4'), '4 4, undefined');
    const handler = 'org.apache.kafka.streams.errors.LogAnd';
    assert.equal(settings(`default.deserialization.exception.handler=${handler}ContinueExceptionHandler`), 'undefined (nowhere), true');
    assert.equal(settings(`deserialization.exception.handler=${handler}FailExceptionHandler`), 'undefined (nowhere), false');
    assert.equal(settings('deserialization.exception.handler=com.shop.Handler'), 'undefined (nowhere), undefined');
  });

  it('reads Streams, whose one switch stands for the settings of both sides', () => {
    const r = read('bootstrap.servers=a:9092\napplication.id=totals\nprocessing.guarantee=exactly_once_v2\nproducer.linger.ms=5\n');
    assert.deepEqual(r.lines.slice(1), [
      'service totals client=kafka-streams',
      'totals -> * guarantee=exactly-once idempotence=true transactionalId=totals linger=5',
      'totals <- * guarantee=exactly-once commit=transaction isolation=read_committed group=totals',
    ]);
    assert.equal(r.textAt(fact(r, 'consume').settings.commit?.at), 'exactly_once_v2');
  });

  it('fills in defaults of placeholders, and leaves open what has none', () => {
    const r = read('bootstrap.servers=${KAFKA:localhost:9092}\ngroup.id=${GROUP}\nacks=${ACKS:-1}\n');
    assert.deepEqual(r.lines, [
      'broker localhost:9092 kafka localhost:9092', 'service billing client=kafka-java', 'billing -> * acks=1', 'billing <- * open=group',
    ]);
  });

  it('keeps a login without a role as a login only', () => {
    const r = read('security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n'
      + 'sasl.jaas.config=x.PlainLoginModule required username="alice" password="alice-secret";\n', 'alice.properties');
    assert.deepEqual(r.lines, ['credential alice sasl.jaas.config secret']);
  });

  it('takes no placeholder for a user', () => {
    const login = (user: string, password: string): readonly string[] => read('bootstrap.servers=k.example:9093\n'
      + `sasl.jaas.config=x.PlainLoginModule required username="${user}" password="${password}";\n`).lines.slice(1);
    assert.deepEqual(login('${key}', '${secret}'), []);
    assert.deepEqual(login('<api-key>', 's3cret'), ['credential - sasl.jaas.config secret']);
    assert.deepEqual(login('alice', '${secret}'), ['credential alice sasl.jaas.config']);
  });

  it('says nothing of keys that stand in several branches of a template', () => {
    const r = read('{% if kraft %}\nprocess.roles=broker\n{% else %}\nprocess.roles=controller\n{% endif %}\nnode.id={{ id }}\n', 'server.properties');
    assert.ok(!r.report.includes('syntax/duplicate-key'), r.report);
  });

  it('warns about a key that stands twice and takes the last', () => {
    const r = read('bootstrap.servers=a:9092\nacks=all\nacks=0\n');
    assert.match(r.report, /^warning syntax\/duplicate-key/);
    assert.ok(r.lines.includes('billing -> * acks=0'));
  });
});

describe('kafka properties: recognition', () => {
  const recognized = (text: string, path = '/x.properties'): boolean => kafkaProperties.recognizes({ id: 'file:///x' as never, path, text });

  it('goes by keys', () => {
    assert.ok(recognized('bootstrap.servers=a:9092\nacks=all'));
    assert.ok(recognized('acks=all\nkey.serializer=x'));
    assert.ok(recognized('group.id = a\nbootstrap.servers : b'));
    assert.ok(recognized('bootstrap.servers=a', '/producer.properties.template'));
  });

  it('leaves connectors, loggers and programs alone', () => {
    assert.ok(!recognized('name=sink\nconnector.class=FileStreamSink\nbootstrap.servers=a'));
    assert.ok(!recognized('log4j.rootLogger=INFO, stdout'));
    assert.ok(!recognized('spring.kafka.bootstrap-servers=a:9092\nserver.port=8080'));
    assert.ok(!recognized('retries=3\ntimeout=5'));
    assert.ok(!recognized('#bootstrap.servers=a\n#acks=1'));
    assert.ok(!recognized('bootstrap.servers=a', '/notes.txt'));
  });
});

describe('kafka properties, broken', () => {
  it('survives 1,000 mutations', () => fuzzReader(kafkaProperties, [
    both, 'bootstrap.servers=a\napplication.id=b\nprocessing.guarantee=exactly_once\nbasic.auth.user.info=u:p\n',
  ], '/producer.properties')).timeout(20_000);
});
