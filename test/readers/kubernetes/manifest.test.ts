import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { readers } from '../../../src/readers/index';
import { readFile, readerOf } from '../../../src/workspace/read';
import conflict from '../../../src/lint/rules/topology/conflict';
import { fixtureModel } from '../../support/fixture';
import { fact, reading } from '../../support/reading';

const reader = kubernetesReaders.find((r) => r.dialect === 'kubernetes')!;

const template = `
apiVersion: template.openshift.io/v1
kind: Template
metadata: { name: shop }
objects:
  - apiVersion: kafka.strimzi.io/v1
    kind: KafkaTopic
    metadata: { name: "\${PREFIX}-orders" }
    spec:
      partitions: \${{PARTITIONS}}
      replicas: \${{REPLICAS}}
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: "\${NAME}" }
    spec:
      template:
        spec:
          containers:
            - name: main
              image: \${IMAGE}:\${TAG}
              env: [{ name: KAFKA_BROKERS, value: "\${KAFKA}:9092" }, { name: INPUT_TOPIC, value: orders }]
parameters:
  - { name: PREFIX, value: shop }
  - { name: PARTITIONS, value: "6" }
  - { name: REPLICAS }
  - { name: NAME, value: orders-service }
  - { name: IMAGE, value: quay.io/acme/orders }
`;

describe('Kubernetes: manifests', () => {
  it('fill in parameters of a template that have values, and leave the others open', () => {
    const r = reading(reader, template, 'shop.yaml');
    assert.deepEqual(r.lines, ['channel shop-orders partitions=6 open=replicas', 'service orders-service', 'orders-service <- orders']);
    const channel = fact(r, 'channel');
    assert.deepEqual([channel.dialect, channel.address.value, r.textAt(channel.address.at)], ['strimzi', 'shop-orders', '${PREFIX}-orders']);
    assert.deepEqual([channel.settings.partitions?.value, r.textAt(channel.settings.partitions?.at)], [6, '${{PARTITIONS}}']);
    assert.deepEqual(channel.settings.open, ['replicas']);
    assert.equal(fact(r, 'service').module, 'orders');
    assert.equal(r.facts.some((f) => f.kind === 'broker'), false, 'the address is not known');
  });

  it('are of the first dialect that has a resource in them, and read whole', () => {
    const file = { id: 'file:///shop.yaml' as never, path: '/shop.yaml', text: template };
    const found = readerOf(file, readers);
    assert.equal(found?.dialect, 'strimzi');
    const { result } = readFile(file, found!, () => undefined);
    assert.deepEqual([...new Set(result.facts.map((f) => f.dialect))], ['strimzi', 'kubernetes']);
  });

  it('do not multiply aliases of aliases', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `    a${i}: &a${i} [${i === 0 ? '"${PREFIX}"' : `*a${i - 1}, *a${i - 1}`}]`);
    const text = template.replace('metadata: { name: "${PREFIX}-orders" }', `metadata:\n      name: x\n    bomb:\n${lines.map((l) => `  ${l}`).join('\n')}`);
    assert.ok(reading(reader, text, 'shop.yaml').facts.length > 0);
  });

  it('tell of broken text, but not of what a template prints', () => {
    const broken = 'apiVersion: apps/v1\nkind: Deployment\nkind: Deployment\nmetadata: { name: kafka }\n';
    assert.deepEqual(reading(reader, broken, 'shop.yaml').problems.map((p) => p.code), ['syntax/duplicate-key']);
    assert.deepEqual(reading(reader, broken, 'chart/templates/shop.yaml').problems, []);
  });

  it('have no note on placeholders where they say nothing of messages', () => {
    const text = (image: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: kafka-ui, labels: { team: "{{ .Values.team }}" } }
spec: { template: { spec: { containers: [{ name: a, image: "${image}" }] } } }
`;
    assert.deepEqual(reading(reader, text('acme/kafka-ui:1'), 'a.yaml').problems, []);
    assert.deepEqual(reading(reader, text('apache/kafka:4.0.0'), 'a.yaml').problems.map((p) => p.code), ['reading/placeholders']);
  });

  it('say nothing in folders of other environments', () => {
    const topic = 'apiVersion: kafka.strimzi.io/v1\nkind: KafkaTopic\nmetadata: { name: orders }\n';
    assert.equal(reading(reader, topic, 'overlays/dev/topics.yaml').facts.length, 0);
    assert.equal(reading(reader, topic, 'overlays/prod/topics.yaml').facts.length, 1);
  });

  it('are patched by the overlay of the environment', () => {
    const topic = (replicas: number) => `apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders }
spec: { replicas: ${replicas} }
`;
    const { model } = fixtureModel(
      `=== k8s/base/t.yaml\n${topic(1)}=== k8s/overlays/prod/t.yaml\n${topic(3)}=== k8s/overlays/dev/t.yaml\n${topic(2)}`);
    const channel = model.channel('orders')!;
    assert.deepEqual([channel.settings.replicas?.value, channel.declarations.length], [3, 2]);
    assert.deepEqual([...conflict.check(model, undefined as never)], []);
  });

  it('are not what a chart\'s tests ask for', () => {
    const suite = `suite: broker\ntemplates: [configmap.yaml]\ntests:\n  - it: renders\n    asserts:\n      - equal:\n          value:\n            apiVersion: v1\n            kind: ConfigMap\n`;
    const file = { id: 'file:///chart/tests/config_test.yaml' as never, path: '/chart/tests/config_test.yaml', text: suite };
    assert.equal(readerOf(file, readers), undefined);
    assert.equal(readerOf({ ...file, text: 'apiVersion: v1\nkind: ConfigMap\ndata: { a.properties: "bootstrap.servers=a:1" }\n' }, readers)?.dialect, 'kubernetes');
  });
});
