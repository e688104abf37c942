import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes, type Admin } from 'kafkajs';
import { kafkaState, makeTopics, requireBroker, startKafka, startSecureKafka, unsignedToken, type RunningBroker, type SecureKafka } from '../support/brokers/index';
import { withEnvironment } from '../cli/support';
import { DriftFolder } from './driftFolder';

describe('tailrace drift and import on Kafka', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let admin: Admin;
  let folder: DriftFolder;

  before(async function () {
    await requireBroker(this, 'kafka');
    broker = await startKafka();
    admin = new Kafka({ brokers: [broker.url], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await makeTopics(admin, [
        { topic: 'orders', numPartitions: 6, configEntries: [{ name: 'retention.ms', value: '86400000' }, { name: 'max.message.bytes', value: '2097152' }] },
      { topic: 'payments', numPartitions: 1, configEntries: [{ name: 'cleanup.policy', value: 'delete,compact' }, { name: 'segment.bytes', value: '1048576' }] },
      { topic: 'audit', numPartitions: 2 },
    ]);
    await admin.setOffsets({ groupId: 'billing', topic: 'orders', partitions: [{ partition: 0, offset: '0' }] });
    await admin.setOffsets({ groupId: 'clinic', topic: 'orders', partitions: [{ partition: 0, offset: '0' }] });
    await admin.setOffsets({ groupId: 'clinic', topic: 'audit', partitions: [{ partition: 0, offset: '0' }] });
  });
  beforeEach(() => { folder = new DriftFolder(); });
  afterEach(() => folder.remove());
  after(async () => {
    await admin?.disconnect();
    await broker?.stop();
  });

  it('imports so that nothing differs, and changes nothing', async () => {
    const before = await kafkaState(admin);
    const text = folder.roundTrip(`kafka://${broker.url}`);
    assert.deepEqual(await kafkaState(admin), before);
    assert.match(text, / {2}orders:\n {4}broker: it\n {4}retention: 1d\n {4}partitions: 6\n {4}replicas: 1\n {4}maxMessageSize: 2MiB\n/);
    assert.match(text, / {2}clinic:\n {4}consumes:\n {6}audit: \{ group: clinic \}\n {6}orders: \{ group: clinic \}\n/);
    assert.match(text, /# - topic payments: segment\.bytes=1048576\n/);
  });

  it('finds each difference and no other, and asks for no topic into being', async () => {
    const before = await kafkaState(admin);
    folder.write(`flow: 1
brokers:
  it: { protocol: kafka, url: "${broker.url}" }
channels:
  orders: { broker: it, partitions: 12, replicas: 1, retention: 7d, maxMessageSize: 2MiB, cleanup: delete }
  payments: { broker: it, partitions: 1, replicas: 1, cleanup: "compact,delete", minInsyncReplicas: 1 }
  refunds: { broker: it, partitions: 1 }
services:
  billing: { consumes: { orders: { group: billing } } }
  shipping: { consumes: { payments: { group: shipping } } }
`);
    const { differences, code } = folder.drift();
    assert.deepEqual(differences, [
      'error drift/missing-channel topic refunds, is there: yes | no',
      'info drift/missing-consumer topic payments, group shipping: yes | no',
      'info drift/unknown-channel topic audit, is there: no | yes',
      'info drift/unknown-consumer topic orders, group clinic: no | yes',
      'warning drift/setting topic orders, partitions: 12 | 6',
      'warning drift/setting topic orders, retention: 7d | 1d',
    ]);
    assert.equal(code, 1);
    assert.equal(folder.drift('--fail-on', 'never').code, 0);
    assert.deepEqual(await kafkaState(admin), before);
  });

  it('keeps to configuration and comments, shows lines, and names what cannot be reached in one line', () => {
    folder.write(`flow: 1
brokers:
  it: { protocol: kafka, url: "127.0.0.1:1" }
channels:
  orders:
    broker: it
    # tailrace-ignore drift/setting: the old cluster
    partitions: 12
    retention: 7d
`);
    writeFileSync(join(folder.path, 'tailrace.config.yaml'), 'rules: { drift/unknown-*: off, drift/unknown-channel: off, drift/unknown-consumer: off, drift/unsaid-setting: off }\n');
    const { out, code, err } = folder.run('drift', '--broker', `it=${broker.url}`);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /it: Kafka/);
    assert.match(out, /warning drift\/setting\n {2}orders: the file says retention 7d[^]*it\.flow\.yaml:9:16\n[^]*\^\^/);
    assert.doesNotMatch(out, /partitions 12/);
    const refused = folder.run('drift');
    assert.equal(refused.code, 2);
    assert.match(refused.err, /^tailrace: it cannot be compared: [^\n]+\n$/);
  });
});

describe('tailrace drift on a Kafka that shows a user only some topics', function () {
  this.timeout(180_000);
  let broker: RunningBroker;
  let folder: DriftFolder;

  before(async function () {
    await requireBroker(this, 'kafka');
    broker = await startKafka({
      users: { me: 'hunter2' },
      properties: { 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer', 'super.users': 'User:broker;User:ANONYMOUS' },
    });
    const all = new Kafka({ brokers: [broker.url], logLevel: logLevel.NOTHING, sasl: { mechanism: 'plain', username: 'broker', password: 'broker' } }).admin();
    await all.connect();
    await makeTopics(all, [{ topic: 'seen', numPartitions: 2 }, { topic: 'secret' }]);
    await all.createAcls({ acl: [{
      resourceType: AclResourceTypes.TOPIC, resourceName: 'seen', resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:me', host: '*', operation: AclOperationTypes.DESCRIBE, permissionType: AclPermissionTypes.ALLOW,
    }] });
    await all.disconnect();
    folder = new DriftFolder();
    Object.assign(process.env, { TAILRACE_USER: 'me', TAILRACE_PASSWORD: 'hunter2' });
  });
  after(async () => {
    delete process.env['TAILRACE_USER'];
    delete process.env['TAILRACE_PASSWORD'];
    folder?.remove();
    await broker?.stop();
  });

  it('calls nothing missing that it may not see, and says so', () => {
    folder.write(`flow: 1
brokers:
  it: { protocol: kafka, url: "${broker.url}" }
channels:
  seen: { broker: it, partitions: 3, retention: 1h }
  secret: { broker: it, partitions: 3 }
  nowhere: { broker: it, partitions: 3 }
services:
  billing: { consumes: { seen: { group: billing } } }
`);
    const { differences, notes } = folder.drift();
    assert.deepEqual(differences.filter((one) => !one.startsWith('info drift/unsaid-setting')), ['warning drift/setting topic seen, partitions: 3 | 2']);
    assert.ok(notes.some((note) => note === 'The rights on it do not let one see whether these are there: nowhere, secret.'), notes.join('\n'));
    assert.ok(!notes.join('').includes('hunter2'));
  });
});

describe('tailrace drift on Kafka over TLS', function () {
  this.timeout(180_000);
  let kafka: SecureKafka;
  let folder: DriftFolder;

  before(async function () {
    await requireBroker(this, 'kafka');
    kafka = await startSecureKafka();
    const admin = new Kafka({ brokers: [kafka.broker.url], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await makeTopics(admin, [{ topic: 'orders', numPartitions: 6 }]);
    await admin.disconnect();
    folder = new DriftFolder();
  });
  after(async () => {
    folder?.remove();
    await kafka?.stop();
  });

  it('tells the same over TLS as without, and nothing of a broker whose certificate nobody vouches for', () => {
    const write = (url: string, tls: boolean): void => folder.write(`flow: 1
brokers:
  it: { protocol: kafka, url: "${url}", tls: ${tls} }
channels:
  orders: { broker: it, partitions: 12, replicas: 1 }
  refunds: { broker: it, partitions: 1 }
`);
    write(kafka.broker.url, false);
    const plain = folder.drift();
    write(kafka.url('TLS'), true);
    const secure = folder.drift('--ca', kafka.certificates.ca);
    assert.deepEqual(secure, plain);
    assert.deepEqual(secure.differences, [
      'error drift/missing-channel topic refunds, is there: yes | no', 'warning drift/setting topic orders, partitions: 12 | 6',
    ]);
    const { code, err } = folder.run('drift');
    assert.equal(code, 2);
    assert.match(err, /^tailrace: it cannot be compared: [^\n]*certificate[^\n]*\n$/i);
  });

  it('reads what there is over each way to sign in', () => {
    const { ca, client } = kafka.certificates;
    const imported = (url: string, ...args: readonly string[]): string => {
      const { code, out, err } = folder.run('import', `kafka://${url}`, '--name', 'it', ...args);
      assert.deepEqual([code, err], [0, '']);
      return out.slice(out.indexOf('channels:'));
    };
    const plain = imported(kafka.broker.url);
    assert.match(plain, /^channels:\n {2}orders:\n {4}broker: it\n[^]* partitions: 6\n/);
    assert.equal(imported(kafka.url('MTLS'), '--tls', '--ca', ca, '--cert', client.cert, '--key', client.key), plain);
    const ann = { TAILRACE_USER: 'ann', TAILRACE_PASSWORD: 'secret' };
    assert.equal(withEnvironment(ann, () => imported(kafka.url('SCRAM'), '--tls', '--ca', ca, '--sasl', 'scram-sha-512')), plain);
    assert.equal(withEnvironment(ann, () => imported(kafka.url('PLAIN'))), plain);
    assert.equal(withEnvironment({ TAILRACE_TOKEN: unsignedToken(600) }, () => imported(kafka.url('OAUTH'), '--sasl', 'oauthbearer')), plain);
    const { code, err } = folder.run('import', `kafka://${kafka.url('MTLS')}`, '--tls', '--ca', ca);
    assert.equal(code, 2);
    assert.match(err, /^tailrace: [^\n]*client certificate[^\n]*\n$/);
  });
});
