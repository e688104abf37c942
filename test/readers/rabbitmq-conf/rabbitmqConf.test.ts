import assert from 'node:assert/strict';
import { rabbitmqConf } from '../../../src/readers/rabbitmq-conf/reader';
import type { FileId } from '../../../src/text/range';
import { fixtureModel } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'deploy/rabbitmq.conf'): ReturnType<typeof reading> => reading(rabbitmqConf, text, path);

const conf = `# the warehouse
cluster_name = warehouse
listeners.tcp = none
listeners.ssl.default = 5671
default_vhost = /shop
default_user = app
default_pass = s3cret
cluster_formation.peer_discovery_backend = classic_config
cluster_formation.classic_config.nodes.1 = rabbit@a.example
cluster_formation.classic_config.nodes.2 = rabbit@b.example
cluster_formation.classic_config.nodes.3 = rabbit@c.example
cluster_partition_handling = pause_minority
consumer_timeout = 3600000 # an hour
`;

function recognized(text: string, path: string): boolean {
  return rabbitmqConf.recognizes({ id: path as FileId, path, text });
}

describe('rabbitmq.conf', () => {
  it('reads the cluster, its listeners, its first user, and what holds for the whole', () => {
    const r = read(conf);
    assert.deepEqual(r.lines, ['broker warehouse rabbitmq tls vhost=/shop', 'credential app default_pass secret']);
    const broker = fact(r, 'broker');
    assert.deepEqual(broker.addresses?.map((a) => a.value), ['0.0.0.0:5671']);
    assert.deepEqual([broker.nodes?.value, broker.consumerTimeout?.value, broker.partitionHandling?.value], [3, 3_600_000, 'pause_minority']);
    assert.equal(r.caret(broker.consumerTimeout?.at), ['13 | consumer_timeout = 3600000 # an hour', '   |                    ^^^^^^^'].join('\n'));
    assert.ok(!JSON.stringify(r.facts).includes('s3cret'));
    for (const at of rangesOf(r.facts)) assert.ok(at.start >= 0 && at.end <= conf.length && at.start <= at.end);
  });

  it('knows who can come in as guest from everywhere', () => {
    const login = (text: string): string[] => read(text).lines.slice(1);
    assert.deepEqual(login('loopback_users.guest = false\n'), ['credential guest loopback_users default']);
    assert.deepEqual(login('loopback_users = none\n'), ['credential guest loopback_users default']);
    assert.deepEqual(login('loopback_users.guest = true\n'), []);
    // Definitions bring users of their own, and no guest.
    assert.deepEqual(login('loopback_users.guest = false\nload_definitions = /etc/rabbitmq/definitions.json\n'), []);
    assert.deepEqual(login('default_user = guest\ndefault_pass = guest\n'), ['credential guest default_pass secret default']);
    assert.deepEqual(login('default_user = $(USER)\nloopback_users = none\n'), []);
  });

  it('leaves open what the environment fills in', () => {
    const r = read('consumer_timeout = ${TIMEOUT}\ncluster_name = $(NAME)\nlisteners.tcp.default = 5672\n');
    const broker = fact(r, 'broker');
    assert.deepEqual([broker.name.value, broker.consumerTimeout, broker.open], ['rabbitmq', undefined, ['consumerTimeout']]);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${TIMEOUT}', '$(NAME)']);
  });

  it('is the broker of the compose file that mounts it', () => {
    const { model } = fixtureModel(`
=== shop/docker-compose.yml
services:
  queue:
    image: rabbitmq:3.13-management
    volumes: ["./rabbit/rabbitmq.conf:/etc/rabbitmq/rabbitmq.conf:ro"]
=== shop/rabbit/rabbitmq.conf
consumer_timeout = 7200000
`);
    assert.deepEqual(model.brokers.map((b) => [b.name, b.version?.value, b.consumerTimeout?.value]), [['rabbitmq', '3.13', 7_200_000]]);
  });

  it('goes by name, then by keys', () => {
    assert.ok(recognized('default_user = app\n', '/x/rabbitmq.conf'));
    assert.ok(recognized('# RabbitMQ broker section\n', '/x/rabbitmq.conf.example'));
    assert.ok(recognized('vm_memory_high_watermark.relative = 0.6\n', '/etc/rabbitmq/conf.d/10-memory.conf'));
    assert.ok(!recognized('NODENAME=rabbit@a\n', '/x/rabbitmq-env.conf'));
    assert.ok(!recognized('[{rabbit, [{consumer_timeout, undefined}]}].\n', '/x/rabbitmq.conf'));
    assert.ok(!recognized('upstream rabbitmq { server rabbit:15672; }\n', '/etc/nginx/conf.d/rabbit.conf'));
    assert.ok(!recognized('vm_memory_high_watermark.relative = 0.6\n', '/etc/other/memory.conf'));
    assert.ok(!recognized('consumer_timeout = 1\n', '/x/rabbitmq.yaml'));
  });

  it('reads whatever stands in it', () => {
    fuzzReader(rabbitmqConf, [conf], '/deploy/rabbitmq.conf', 1_000);
  });
});
