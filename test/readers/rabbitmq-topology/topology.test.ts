import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const reader = kubernetesReaders.find((r) => r.dialect === 'rabbitmq-topology')!;
const read = (text: string) => reading(reader, text, 'rabbit.yaml');

const resource = (kind: string, spec: string, cluster = 'hare'): string => `
apiVersion: rabbitmq.com/v1beta1
kind: ${kind}
metadata: { name: ${kind.toLowerCase()}-1, namespace: forest }
spec:
${spec.split('\n').map((line) => `  ${line}`).join('\n')}
  rabbitmqClusterReference: { name: ${cluster} }
`;
const join = (...all: string[]): string => all.join('---');

const cluster = `
apiVersion: rabbitmq.com/v1beta1
kind: RabbitmqCluster
metadata: { name: hare, namespace: forest }
spec: { replicas: 3, image: "rabbitmq:4.1.2-management" }
`;
const exchange = resource('Exchange', 'name: tracks\ntype: topic\ndurable: true');
const queue = resource('Queue', 'name: hunters\ntype: quorum\ndurable: true\narguments: { x-delivery-limit: 5 }');
const binding = resource('Binding', 'source: tracks\ndestination: hunters\ndestinationType: queue\nroutingKey: track.#');
const policy = resource('Policy', 'name: lost\npattern: "^hunt"\napplyTo: queues\ndefinition: { dead-letter-exchange: lost, max-length: 100 }');
const permission = resource('Permission', 'vhost: /\nuser: fox\npermissions: { configure: "", write: "tracks", read: ".*" }');

describe('RabbitMQ topology operator', () => {
  it('reads a cluster by its Service', () => {
    const r = read(cluster);
    const broker = fact(r, 'broker');
    assert.deepEqual(r.lines, ['broker hare rabbitmq']);
    assert.deepEqual([broker.nodes?.value, broker.version?.value], [3, '4.1.2']);
    assert.ok(broker.addresses?.some((a) => a.value === 'hare.forest.svc:5672'));
  });

  it('reads what the cluster is configured to do, and knows what the operator begins with', () => {
    const conf = (lines: string): string => {
      const spec = lines === '' ? 'spec: {}\n' : `spec:\n  rabbitmq:\n    additionalConfig: |\n${lines}`;
      const r = read(cluster.replace(/spec: .*\n/, spec));
      const { consumerTimeout, partitionHandling, open } = fact(r, 'broker');
      return `${consumerTimeout?.value} ${r.textAt(consumerTimeout?.at)}, ${partitionHandling?.value} ${r.textAt(partitionHandling?.at)}, ${open}`;
    };
    assert.equal(conf(''), 'undefined (nowhere), pause_minority hare, undefined');
    assert.equal(conf('      # an hour\n      consumer_timeout = 3600000\n      cluster_partition_handling = autoheal\n'),
      '3600000 3600000, autoheal autoheal, undefined');
    assert.equal(conf('      consumer_timeout = ${TIMEOUT}\n'), 'undefined (nowhere), undefined (nowhere), consumerTimeout');
  });

  it('reads what is declared as definitions would say it', () => {
    const r = read(join(exchange, queue, binding));
    assert.deepEqual(r.lines, [
      'broker hare rabbitmq vhost=/', 'channel exchange tracks at hare exchange=topic durable=true autoDelete=false',
      'channel queue hunters at hare queue=quorum durable=true autoDelete=false deliveryLimit=5',
      'binding tracks -> hunters [track.#] by binding of queue "hunters" to exchange "tracks"',
    ]);
    assert.ok(r.facts.every((f) => f.dialect === 'rabbitmq-topology'));
    const { settings } = fact(r, 'channel', (f) => f.space === 'queue');
    assert.deepEqual([r.textAt(settings.queue?.at), r.textAt(settings.deliveryLimit?.at), r.textAt(settings.autoDelete?.at)], ['quorum', '5', 'spec']);
  });

  it('lets policies of the same cluster hold, and no others', () => {
    const r = read(join(queue, policy));
    assert.ok(r.lines.includes('channel queue hunters at hare queue=quorum durable=true autoDelete=false maxLength=100 deliveryLimit=5'));
    assert.ok(r.lines.some((l) => l.startsWith('dead-letter hunters -> lost')));
    const other = read(join(queue, policy.replace('name: hare', 'name: rabbit')));
    assert.ok(!other.lines.some((l) => l.includes('maxLength')));
  });

  it('keeps vhosts apart, and reads users\' rights', () => {
    const r = read(join(queue.replace('name: hunters', 'name: hunters\n  vhost: night'), queue, permission));
    assert.deepEqual(r.lines.filter((l) => l.startsWith('broker')), ['broker hare/night rabbitmq vhost=night', 'broker hare rabbitmq vhost=/']);
    assert.deepEqual(r.facts.flatMap((f) => (f.kind === 'channel' ? [f.broker?.value] : [])), ['hare/night', 'hare']);
    assert.ok(r.lines.includes('permission fox at /'));
  });

  it('joins what stands in files of their own', () => {
    const { model } = fixtureModel(`=== c.yaml${cluster}=== e.yaml${exchange}=== q.yaml${queue}=== b.yaml${binding}`);
    assert.equal(dumpModel(model), [
      'hunters: hare rabbitmq queue', 'tracks: hare rabbitmq exchange', '  => hunters (binding track.#)',
    ].join('\n'));
    assert.deepEqual(model.brokers.map((b) => b.id), ['hare']);
  });

  it('makes nothing of placeholders', () => {
    const r = read(join(queue.replace('name: hunters', 'name: ${QUEUE}'), binding.replace('source: tracks', 'source: ${FROM}')));
    assert.deepEqual(r.lines, []);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${QUEUE}', '${FROM}']);
  });

  it('has all places on the words of the file', () => {
    const r = read(join(cluster, exchange, queue, binding, policy, permission));
    for (const f of r.facts) {
      for (const at of rangesOf(f)) assert.notEqual(r.textAt(at).trim(), '', `${f.kind} has an empty place: ${JSON.stringify(f)}`);
    }
  });

  it('survives broken text', () => {
    fuzzReader(reader, [join(cluster, exchange, queue, binding, policy), permission], '/w/r.yaml', 300);
  });
});
