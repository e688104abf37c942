import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';
import { rangesOf } from '../../support/ranges';

const reader = kubernetesReaders.find((r) => r.dialect === 'clowder-clowdapp')!;

const app = `
apiVersion: template.openshift.io/v1
kind: Template
metadata: { name: inventory }
objects:
- apiVersion: cloud.redhat.com/v1alpha1
  kind: ClowdApp
  metadata: { name: inventory }
  spec:
    envName: \${ENV_NAME}
    kafkaTopics:
    - topicName: inventory.events
      partitions: \${{COUNT}}
      replicas: 3
      config: { retention.ms: "3600000" }
    - topicName: \${OPEN_TOPIC}
    deployments:
    - name: service
      podSpec:
        image: \${IMAGE}:\${IMAGE_TAG}
        env:
        - { name: MP_MESSAGING_INCOMING_HOSTS_TOPIC, value: inventory.hosts }
        - { name: MP_MESSAGING_INCOMING_HOSTS_ENABLED, value: "true" }
    jobs:
    - name: cleaner
      podSpec:
        image: \${IMAGE}:\${IMAGE_TAG}
        env: [{ name: KAFKA_GROUP_ID, value: cleaners }]
parameters:
- { name: COUNT, value: "5" }
- { name: IMAGE, value: quay.io/acme/inventory-service }
`;

describe('ClowdApps', () => {
  const read = (text: string) => reading(reader, text, 'clowdapp.yaml');

  it('are services that need topics, without saying what for', () => {
    const r = read(app.replace(/ +- \{ name: MP_.*\n/g, '').replace(/ +env: \[.*\n/, ''));
    assert.deepEqual(r.lines, ['service inventory', 'channel inventory.events retention=3600000 partitions=5 replicas=3']);
    assert.deepEqual([fact(r, 'service').module, fact(r, 'service').inferred], ['inventory-service', undefined]);
    assert.match(fact(r, 'channel').note ?? '', /inventory needs the topic/);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${OPEN_TOPIC}']);
  });

  it('have as many copies as the largest of their deployments', () => {
    const copies = (key: string): string => {
      const r = read(app.replace('    - name: service\n', `    - name: service\n      ${key}\n`));
      const { instances } = fact(r, 'service');
      return `${instances?.value} ${r.textAt(instances?.at)}`;
    };
    assert.equal(copies('minReplicas: 3'), '3 3');
    assert.equal(copies('replicas: 2'), '2 2');
    assert.equal(copies('autoScalerSimple: { replicas: { min: 1, max: 9 } }'), '9 9');
    assert.equal(copies('minReplicas: ${{MIN}}'), 'undefined (nowhere)');
  });

  it('have edges where variables say them', () => {
    const r = read(app);
    assert.ok(r.lines.includes('inventory <- inventory.hosts'), r.lines.join('\n'));
    assert.equal(r.facts.filter((f) => f.kind === 'service').length, 1);
    assert.deepEqual(new Set(r.facts.map((f) => f.dialect)), new Set(['clowder-clowdapp']));
  });

  it('take nothing from addresses on the own machine, and say once what several containers repeat', () => {
    const env = 'env: [{ name: KAFKA_BROKERS, value: "localhost:9092" }, { name: KAFKA_CONSUMER_TOPIC, value: inventory.hosts }, '
      + '{ name: KAFKA_EVENT_TOPIC, value: inventory.events }]';
    const r = read(app.replace(/env: \[.*\n/, `${env}\n`).replace(/ +env:\n( +- \{ name: MP_.*\n)+/, `        ${env}\n`));
    assert.deepEqual(r.lines, [
      'service inventory', 'channel inventory.events retention=3600000 partitions=5 replicas=3', 'inventory <- inventory.hosts',
    ]);
    assert.equal(fact(r, 'consume').channel?.broker, undefined);
  });

  it('say nothing where they have nothing of messaging', () => {
    assert.deepEqual(read('apiVersion: cloud.redhat.com/v1alpha1\nkind: ClowdApp\nmetadata: { name: web }\nspec: { deployments: [] }\n').facts, []);
  });

  it('survive mutations, with every range on words of the file', function () {
    this.timeout(20_000);
    fuzzReader(reader, [app], '/clowdapp.yaml', 400);
    const r = read(app);
    for (const at of rangesOf(r.facts)) assert.match(r.textAt(at), /^\S[^]*\S$|^\S$/);
  });
});
