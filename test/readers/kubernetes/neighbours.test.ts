import assert from 'node:assert/strict';
import { fixtureModel } from '../../support/fixture';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      volumes: [{ name: f, configMap: { name: orders-files } }]
      containers:
        - name: main
          image: acme/orders:1
          envFrom: [{ configMapRef: { name: orders-env } }]
          env: [{ name: INPUT_TOPIC, valueFrom: { configMapKeyRef: { name: orders-env, key: input } } }]
`;

const configMaps = `
apiVersion: v1
kind: ConfigMap
metadata: { name: orders-env }
data:
  OUTPUT_TOPIC: orders.placed
  input: orders.wanted
  KAFKA_BROKERS: kafka:9092
  RABBITMQ_URL: amqp://app:s3cr3t@rabbit:5672
  RABBITMQ_PASSWORD: s3cr3t
---
apiVersion: v1
kind: ConfigMap
metadata: { name: orders-files }
data:
  consumer.properties: |
    bootstrap.servers=kafka:9092
    enable.auto.commit=false
`;

describe('Kubernetes: objects in neighbouring files', () => {
  it('give variables to a workload, and their own workload to files', () => {
    const { model } = fixtureModel(`=== k8s/deployment.yaml${deployment}=== k8s/configmap.yaml${configMaps}`);
    assert.deepEqual(model.services.map((s) => s.name), ['orders']);
    assert.deepEqual(model.publishes.map((p) => p.channel?.address), ['orders.placed']);
    const consume = model.consumes.find((c) => c.channel?.address === 'orders.wanted');
    assert.equal(consume?.settings.autoCommit?.value, false);
    assert.deepEqual(model.brokers.map((b) => b.url?.value).sort(), ['amqp://rabbit:5672', 'kafka:9092']);
    assert.equal(model.channel('orders.placed')?.broker?.protocol, 'kafka');
    assert.ok(!JSON.stringify(model.brokers.map((b) => b.facts)).includes('s3cr3t'));
  });

  it('have their places in their own files', () => {
    const { model, files } = fixtureModel(`=== k8s/orders-deployment.yaml${deployment}=== k8s/orders-configmap.yaml${configMaps}`);
    const at = model.publishes[0]!.channel!.at;
    assert.equal(files.find((f) => f.id === at.file)?.path, '/k8s/orders-configmap.yaml');
    assert.equal(files.find((f) => f.id === at.file)?.text.slice(at.start, at.end), 'orders.placed');
  });

  it('are Services that lead to a broker', () => {
    const { model } = fixtureModel(`
=== k8s/statefulset.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: broker }
spec:
  template:
    metadata: { labels: { app: kafka } }
    spec: { containers: [{ name: k, image: "apache/kafka:4.0.0" }] }
=== k8s/service.yaml
apiVersion: v1
kind: Service
metadata: { name: events }
spec: { selector: { app: kafka }, ports: [{ port: 9092 }] }
`);
    assert.deepEqual(model.brokers.map((b) => b.facts.flatMap((f) => f.addresses?.map((a) => a.value))), [['events:9092']]);
  });

  it('are not looked for where nothing is missing, and not in other folders', () => {
    const apart = fixtureModel(`=== k8s/deployment.yaml${deployment}=== other/configmap.yaml${configMaps}`);
    assert.deepEqual(apart.model.publishes, []);
    const { read } = fixtureModel(`=== k8s/all.yaml${deployment}---${configMaps}`);
    assert.deepEqual(read.map((r) => r.result.wants), [[]]);
  });
});
