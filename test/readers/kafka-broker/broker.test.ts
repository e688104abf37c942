import assert from 'node:assert/strict';
import { kafkaProperties } from '../../../src/readers/kafka-properties/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = '/infra/kafka/config/server.properties'): ReturnType<typeof reading> =>
  reading(kafkaProperties, text, path);

const server = `process.roles=broker,controller
node.id=1
listeners=INSIDE://:9093,OUTSIDE://:9092,CONTROLLER://:9094
advertised.listeners=INSIDE://localhost:9093, OUTSIDE://kafka-1.example:9092,CONTROLLER://kafka-1.example:9094
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,INSIDE:SASL_SSL,OUTSIDE:SSL
ssl.keystore.password=s3cret
default.replication.factor=3
min.insync.replicas=2
num.partitions=6
log.retention.hours=48
log.cleanup.policy=compact
unclean.leader.election.enable=false
auto.create.topics.enable=false
`;

describe('kafka broker', () => {
  it('is known by the address that it tells clients, and gives settings to topics', () => {
    const r = read(server);
    assert.deepEqual(r.lines, [
      'broker kafka-1.example:9092 kafka kafka-1.example:9092 tls', 'credential - ssl.keystore.password secret',
    ]);
    const broker = fact(r, 'broker');
    assert.deepEqual(broker.addresses?.map((a) => a.value), ['localhost:9093']);
    const values = Object.fromEntries(Object.entries(broker.topicDefaults ?? {}).map(([key, s]) => [key, (s as { value: unknown }).value]));
    assert.deepEqual(values, {
      retention: 172_800_000, partitions: 6, replicas: 3, minInsyncReplicas: 2, cleanup: 'compact', uncleanLeaderElection: false,
    });
    assert.equal(broker.autoCreate?.value, false);
    assert.equal(r.report, '');
  });

  it('reads what holds for the cluster as a whole', () => {
    const r = read(`${server}allow.everyone.if.no.acl.found=true\noffsets.retention.minutes=1440\n`);
    const { allowEveryone, offsetsRetention } = fact(r, 'broker');
    assert.deepEqual([allowEveryone?.value, offsetsRetention?.value], [true, 86_400_000]);
    assert.equal(r.textAt(offsetsRetention?.at), '1440');
  });

  it('keeps the places of addresses inside the list', () => {
    const r = read(server);
    const broker = fact(r, 'broker');
    assert.equal(r.textAt(broker.name.at), 'kafka-1.example:9092');
    assert.equal(r.textAt(broker.addresses?.[0]?.at), 'localhost:9093');
    assert.equal(r.textAt(broker.topicDefaults?.minInsyncReplicas?.at), '2');
    assert.equal(r.textAt(broker.topicDefaults?.retention?.at), '48');
  });

  it('says nothing of TLS where listeners differ, or where their protocol is not known', () => {
    const tls = (listeners: string): boolean | undefined =>
      fact(read(`broker.id=0\nzookeeper.connect=z:2181\nadvertised.listeners=${listeners}\n`), 'broker').tls?.value;
    assert.equal(tls('PLAINTEXT://a.example:9092,SSL://a.example:9093'), undefined);
    assert.equal(tls('OTHER://a.example:9092'), undefined);
    assert.equal(tls('SASL_PLAINTEXT://a.example:9092'), false);
    assert.equal(tls('SASL_SSL://a.example:9092'), true);
  });

  it('makes no broker of controllers, of samples without an address, and of placeholders', () => {
    assert.deepEqual(read('process.roles=controller\nnode.id=1\nlisteners=CONTROLLER://c:9093\n').lines, []);
    assert.deepEqual(read('broker.id=0\nlog.dirs=/tmp/kafka\nzookeeper.connect=localhost:2181\nnum.partitions=1\n').lines, []);
    assert.deepEqual(read('broker.id=0\nlog.dirs=/tmp/kafka\nadvertised.listeners=${LISTENERS}\n').lines, []);
  });
});

const mirror = `clusters = east, west
east.bootstrap.servers = east-1.example:9092, east-2.example:9092
west.bootstrap.servers = west.example:9093
west.security.protocol = SASL_SSL
west.sasl.jaas.config = x.ScramLoginModule required username="mm" password="s3cret";
east->west.enabled = true
east->west.topics = orders, clicks\\\\..*
west->east.enabled = false
`;

describe('MirrorMaker 2', () => {
  it('reads clusters and the flows that are on', () => {
    const r = read(mirror, '/infra/mm2.properties');
    assert.deepEqual(r.lines, [
      'broker east kafka east-1.example:9092, east-2.example:9092', 'broker west kafka west.example:9093 tls',
      'mirror orders -> east.orders by flow east->west', 'mirror (?!west\\.)(?:clicks\\..*) -> east.$& by flow east->west',
      'credential mm west.sasl.jaas.config secret',
    ]);
    const [first, second] = r.facts.filter((f) => f.kind === 'route');
    assert.deepEqual([first?.from.broker, first?.to.broker, first?.from.match, second?.from.match], ['east', 'west', undefined, 'regex']);
    assert.equal(r.textAt(first?.from.name.at), 'orders');
    assert.equal(r.textAt(first?.extent), 'east->west.enabled = true\neast->west.topics = orders, clicks\\\\..*');
    assert.equal(r.textAt(fact(r, 'broker').name.at), 'east');
  });

  it('names copies as the policy does', () => {
    const routes = (more: string): string[] => read(`clusters=a,b\na->b.enabled=true\na->b.topics=t,u.*\n${more}\n`).lines.slice(2);
    assert.deepEqual(routes('replication.policy.class=org.apache.kafka.connect.mirror.IdentityReplicationPolicy'), [
      'mirror t -> t by flow a->b', 'mirror u.* -> $& by flow a->b',
    ]);
    assert.deepEqual(routes('replication.policy.separator=_')[0], 'mirror t -> a_t by flow a->b');
    assert.deepEqual(routes('replication.policy.class=com.example.OurPolicy'), []);
  });

  it('copies every topic where none is named, but nothing back to where it came from', () => {
    const r = read('clusters=a,b,c\na->b.enabled=true\n');
    assert.deepEqual(r.lines.slice(3), ['mirror (?!(?:(?:a|b|c)\\.)*b\\.)(?:.*) -> a.$& by flow a->b']);
    const pattern = new RegExp(`^(?:${fact(r, 'route').from.name.value})$`);
    assert.deepEqual(['orders', 'c.orders', 'b.orders', 'c.b.orders', 'big.orders'].map((t) => pattern.test(t)), [true, true, false, false, true]);
    assert.match(fact(r, 'route').inferred ?? '', /a->b\.topics is not set/);
  });

  it('leaves out what is excluded', () => {
    const r = read('clusters=a,b\na->b.enabled=true\na->b.topics=shop.*\ntopics.exclude=shop.tmp, .*-log, [broken\n');
    assert.deepEqual(r.lines.slice(2), ['mirror (?!(?:shop.tmp|.*-log)$)(?!b\\.)(?:shop.*) -> a.$& by flow a->b']);
  });
});

describe('kafka broker: recognition', () => {
  const recognized = (text: string): boolean =>
    kafkaProperties.recognizes({ id: 'file:///x' as never, path: '/a/server.properties', text });

  it('goes by keys', () => {
    assert.ok(recognized('broker.id=0\nlog.dirs=/tmp'));
    assert.ok(recognized('process.roles=controller'));
    assert.ok(recognized('clusters=a,b\na->b.enabled=true'));
    assert.ok(!recognized('dataDir=/tmp/zookeeper\nclientPort=2181'));
    assert.ok(!recognized('log4j.rootLogger=INFO\nlog.dirs=/tmp'));
    assert.ok(!recognized('clusters=a,b'));
    assert.ok(!recognized('connector.class=x\nbroker.id=1\nlog.dirs=/tmp'));
  });
});

describe('kafka broker, broken', () => {
  it('survives 1,000 mutations', () => fuzzReader(kafkaProperties, [server, mirror], '/server.properties')).timeout(20_000);
});
