import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';
import { rangesOf } from '../../support/ranges';
import { fixtureModel } from '../../support/fixture';

const reader = kubernetesReaders.find((r) => r.dialect === 'kubernetes')!;
const read = (text: string) => reading(reader, text, 'shop.yaml');

const orders = `
apiVersion: v1
kind: ConfigMap
metadata: { name: orders-env, namespace: shop }
data:
  KAFKA_BROKERS: kafka:9092
  ORDERS_OUTPUT_TOPIC: orders.placed
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  template:
    spec:
      containers:
        - name: main
          image: registry.example.com:5000/shop/orders-service:1.2
          envFrom: [{ configMapRef: { name: orders-env } }]
          args: ["--consumer.topic=payments.done", "--verbose"]
          env:
            - { name: BROKER, value: rabbit }
            - { name: RABBITMQ_URL, value: "amqp://app:s3cr3t@$(BROKER):5672" }
            - { name: KAFKA_SASL_PASSWORD, valueFrom: { secretKeyRef: { name: s, key: p } } }
`;

const kafka = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: kafka-node, namespace: shop }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: kafka, tier: data } }
    spec:
      containers:
        - name: kafka
          image: apache/kafka:4.0.0
          ports: [{ containerPort: 9092 }, { containerPort: 29092 }]
          env:
            - { name: KAFKA_MIN_INSYNC_REPLICAS, value: "2" }
            - { name: KAFKA_AUTO_CREATE_TOPICS_ENABLE, value: "false" }
---
apiVersion: v1
kind: Service
metadata: { name: kafka, namespace: shop }
spec: { selector: { app: kafka }, ports: [{ port: 9092 }, { port: 8080 }] }
`;

describe('Kubernetes: programs', () => {
  it('run in as many pods as the workload says, or as an autoscaler may make of it', () => {
    const copies = (spec: string, more = ''): string => {
      const r = read(orders.replace('spec:\n  template:', `spec:\n  ${spec}\n  template:`) + more);
      const { instances } = fact(r, 'service');
      return `${instances?.value} ${r.textAt(instances?.at)}`;
    };
    const scaler = (name: string): string => `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: orders, namespace: shop }
spec: { minReplicas: 2, maxReplicas: 8, scaleTargetRef: { kind: Deployment, name: ${name} } }
`;
    assert.equal(copies('replicas: 3'), '3 3');
    assert.equal(copies('replicas: "4"'), '4 4');
    assert.equal(copies('paused: false'), 'undefined (nowhere)');
    assert.equal(copies('replicas: {{ .Values.replicas }}'), 'undefined (nowhere)');
    // Switched off for now.
    assert.equal(copies('replicas: 0'), 'undefined (nowhere)');
    assert.equal(copies('replicas: 3', scaler('orders')), '8 8');
    assert.equal(copies('replicas: 3', scaler('payments')), '3 3');
  });

  it('that several files scale are as many as the most of them say, and as a flow file says', () => {
    const deployment = (replicas: number): string => orders.replace('spec:\n  template:', `spec:\n  replicas: ${replicas}\n  template:`);
    const flow = `flow: 1
services: { orders: { instances: 1, publishes: {} } }
`;
    const count = (files: string): number | undefined => fixtureModel(files).model.service('orders')?.instances?.value;
    assert.equal(count(`\n=== base/a.yaml\n${deployment(1)}\n=== prod/a.yaml\n${deployment(6)}`), 6);
    assert.equal(count(`\n=== base/a.yaml\n${deployment(6)}\n=== dev/a.yaml\n${deployment(1)}`), 6);
    assert.equal(count(`\n=== base/a.yaml\n${deployment(6)}\n=== shop.flow.yaml\n${flow}`), 1);
  });

  it('are services by their variables, maps of the same file and options', () => {
    const r = read(orders);
    assert.deepEqual(r.lines, [
      'broker rabbit:5672 rabbitmq amqp://rabbit:5672', 'broker kafka:9092 kafka kafka:9092', 'service orders',
      'orders -> orders.placed', 'orders <- payments.done', 'credential app user info of RABBITMQ_URL secret',
    ].sort((a, b) => r.lines.indexOf(a) - r.lines.indexOf(b)));
    const service = fact(r, 'service');
    assert.deepEqual([service.module, service.inferred, r.textAt(service.name.at)], ['orders-service', undefined, 'orders']);
    assert.equal(r.textAt(fact(r, 'consume').channel?.name.at), 'payments.done');
    assert.equal(r.textAt(fact(r, 'credential').secret), 's3cr3t');
    assert.ok(!JSON.stringify(r.facts).includes('s3cr3t'));
    const known = fact(r, 'broker', (b) => b.protocol?.value === 'kafka').addresses?.map((a) => a.value);
    assert.deepEqual(known, ['kafka.shop:9092', 'kafka.shop.svc:9092', 'kafka.shop.svc.cluster.local:9092']);
  });

  it('reach the broker of another file by its Service', () => {
    const { model } = fixtureModel(`
=== kafka.yaml
${kafka}
=== orders.yaml
${orders.replaceAll('kafka:9092', 'kafka.shop.svc:9092')}
`);
    assert.deepEqual(model.brokers.map((b) => [b.name, b.protocol]), [['kafka-node', 'kafka'], ['rabbit:5672', 'rabbitmq']]);
    assert.equal(model.channel('orders.placed')?.broker?.name, 'kafka-node');
  });

  it('say nothing without a word of messaging', () => {
    const text = orders.replace(/ {2}(KAFKA|ORDERS)_.*\n/g, '').replace(/ +args:.*\n/, '')
      .replace(/ +- \{ name: (BROKER|RABBITMQ_URL|KAFKA_SASL).*\n/g, '');
    assert.deepEqual(read(text).facts, []);
    const file = (path: string, content: string) => ({ id: 'f' as never, path, text: content });
    assert.equal(reader.recognizes(file('/a.yaml', text)), false);
    assert.equal(reader.recognizes(file('/a.yaml', orders)), true);
    assert.equal(reader.recognizes(file('/a.txt', orders)), false);
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: kafka }\ndata: { password: eA== }\n';
    assert.equal(reader.recognizes(file('/a.yaml', secret)), false);
    assert.equal(reader.recognizes(file('/a.yaml', secret.replace('data', 'stringData'))), true);
    assert.equal(reader.recognizes(file('/a.json', '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"kafka"}}')), true);
  });

  it('take their sidecar\'s id as name, and are none by a sidecar alone', () => {
    const dapr = (enabled: string, env = '') => read(`
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  jobTemplate:
    spec:
      template:
        metadata: { annotations: { dapr.io/enabled: "${enabled}", dapr.io/app-id: reports } }
        spec: { containers: [{ name: c, image: "acme/reports:2"${env} }] }
`);
    const env = ', env: [{ name: KAFKA_BROKERS, value: "kafka:9092" }]';
    const service = (lines: readonly string[]) => lines.filter((line) => line.startsWith('service'));
    assert.deepEqual(service(dapr('true', env).lines), ['service reports']);
    assert.deepEqual(service(dapr('false', env).lines), ['service nightly']);
    assert.deepEqual(dapr('true').lines, []);
  });

  it('are named after their container where a chart names them, and have no edges without any name', () => {
    const chart = (name: string) => read(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ include \\"shop.fullname\\" . }}" }
spec:
  template:
    spec:
      containers:
        - name: ${name}
          image: "{{ .Values.image }}"
          env:
            - { name: KAFKA_BROKERS, value: "{{ .Values.kafka }}" }
            - { name: OUTPUT_TOPIC, value: orders }
            - { name: INPUT_TOPIC, value: "\${REPLACED}" }
`);
    const named = chart('checkout');
    assert.deepEqual(named.lines, ['service checkout', 'checkout -> orders']);
    assert.match(fact(named, 'service').inferred ?? '', /container/);
    assert.equal(fact(named, 'service').module, undefined);
    assert.ok(named.skipped!.some((at) => named.textAt(at) === '${REPLACED}'));
    assert.deepEqual(chart('"{{ .Chart.Name }}"').lines, ['channel orders']);
  });

  it('leave out consoles, exporters and what prepares a pod', () => {
    const r = read(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: ui }
spec:
  template:
    spec:
      initContainers: [{ name: wait, image: "acme/wait:1", env: [{ name: KAFKA_BROKERS, value: "kafka:9092" }] }]
      containers: [{ name: ui, image: "provectuslabs/kafka-ui:v1", env: [{ name: KAFKA_BOOTSTRAP_SERVERS, value: "kafka:9092" }] }]
`);
    assert.deepEqual(r.facts, []);
  });
});

describe('Kubernetes: brokers', () => {
  it('are known by their image, their Services and their variables', () => {
    const r = read(kafka);
    assert.deepEqual(r.lines, ['broker kafka-node kafka']);
    const broker = fact(r, 'broker');
    assert.deepEqual(broker.addresses?.map((a) => a.value),
      ['kafka:9092', 'kafka.shop:9092', 'kafka.shop.svc:9092', 'kafka.shop.svc.cluster.local:9092']);
    assert.deepEqual([broker.nodes?.value, broker.version?.value, broker.topicDefaults?.minInsyncReplicas?.value, broker.autoCreate?.value],
      [3, '4.0.0', 2, false]);
  });

  it('have the Service of custom where the file has none, and no version by an image of somebody\'s own', () => {
    const r = read(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: bus }
spec:
  template:
    metadata: { labels: { app: mosquitto } }
    spec: { containers: [{ name: m, image: "acme/mosquitto:1.0", ports: [{ containerPort: 1884 }, { containerPort: 9001 }] }] }
`);
    const broker = fact(r, 'broker');
    assert.equal(broker.version, undefined);
    assert.deepEqual(broker.addresses?.map((a) => a.value),
      ['bus:1883', 'bus:8883', 'bus:1884', 'mosquitto:1883', 'mosquitto:8883', 'mosquitto:1884']);
    assert.ok(broker.configuredBy?.includes('/mosquitto/mosquitto.conf'));
  });

  it('are none in jobs and tools out of their images, which make topics, and in ZooKeeper', () => {
    const r = read(`
apiVersion: batch/v1
kind: Job
metadata: { name: make-topics }
spec:
  template:
    spec:
      containers:
        - name: make
          image: apache/kafka:4.0.0
          command: [sh, -c, "kafka-topics.sh --bootstrap-server kafka.shop:9092 --create --topic orders --partitions 6"]
          env: [{ name: KAFKA_BROKERS, value: "kafka.shop:9092" }]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zoo }
spec:
  template: { spec: { containers: [{ name: zookeeper, image: "acme/kafka:1", command: [./bin/zookeeper-server-start.sh] }] } }
`);
    assert.deepEqual(r.lines, ['channel orders partitions=6']);
    const { dialect, address } = fact(r, 'channel');
    assert.deepEqual([dialect, r.textAt(address.at)], ['kubernetes', 'orders']);
  });

  it('are not reached at ports of other things', () => {
    const ports = '[{ containerPort: 9094, name: outside }, { containerPort: 5555, name: jmx }, { containerPort: 9093, name: controller }]';
    const r = read(`
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: kafka }
spec: { template: { spec: { containers: [{ name: k, image: "apache/kafka:4.0.0", ports: ${ports} }] } } }
`);
    assert.deepEqual(fact(r, 'broker').addresses?.map((a) => a.value), ['kafka:9092', 'kafka:9094']);
  });

  it('are told by their name to programs of the same file', () => {
    const r = read(`${kafka}---${orders}`);
    assert.equal(r.facts.filter((f) => f.kind === 'broker' && f.protocol?.value === 'kafka').length, 1);
    assert.equal(fact(r, 'publish', (p) => p.channel?.name.value === 'orders.placed').channel?.broker, 'kafka-node');
  });

  it('survive mutations, with every range on words of the file', function () {
    this.timeout(20_000);
    fuzzReader(reader, [orders, kafka], '/shop.yaml', 400);
    for (const text of [orders, kafka]) {
      const r = read(text);
      for (const at of rangesOf(r.facts)) assert.match(r.textAt(at), /^\S[^]*\S$|^\S$/);
    }
  });

  it('know a broker in an image of one\'s own by the variables that only a broker is given', () => {
    const manifest = (env: string) => read(`
apiVersion: v1
kind: Service
metadata: { name: kafka-service }
spec: { ports: [{ port: 9092 }], selector: { role: kafka } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: events }
spec:
  template:
    metadata: { labels: { role: kafka } }
    spec: { containers: [{ name: main, image: "acme/events:1", env: [{ name: ${env} }], ports: [{ containerPort: 9092 }] }] }
`);
    const own = manifest('KAFKA_ADVERTISED_LISTENERS, value: "PLAINTEXT://kafka-service:9092"');
    assert.deepEqual(own.facts.map((f) => f.kind), ['broker']);
    assert.equal(fact(own, 'broker').name.value, 'events');
    assert.equal(fact(own, 'broker').addresses?.some((a) => a.value === 'kafka-service:9092'), true);
    assert.equal(manifest('KAFKA_BROKERS, value: "kafka:9092"').facts.some((f) => f.kind === 'service'), true);
  });
});

describe('Kubernetes: exporters', () => {
  const exporter = (image: string, rest: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: lag, namespace: shop }
spec:
  template:
    spec:
      containers:
        - name: lag
          image: ${image}
          ${rest}
`;
  const service = `
apiVersion: v1
kind: Service
metadata: { name: kafka, namespace: shop }
spec: { selector: { app: kafka }, ports: [{ port: 9092 }] }
`;
  const watching = (...files: string[]): string[] => {
    const text = files.map((file) => file.trim()).join('\n---\n');
    const { model } = fixtureModel(`=== shop.yaml\n${text}\n`);
    return model.brokers.map((b) => `${b.name} ${b.monitoredBy?.value ?? 'nothing'}`);
  };

  it('watch the broker that an option or a variable names', () => {
    assert.deepEqual(watching(kafka, service, exporter('danielqsj/kafka-exporter:v1.7.0', 'args: ["--kafka.server=kafka:9092"]')), ['kafka-node kafka-exporter']);
    assert.deepEqual(watching(kafka, service, exporter('redpandadata/kminion', 'env: [{ name: KAFKA_BROKERS, value: "kafka.shop.svc:9092" }]')), ['kafka-node KMinion']);
  });

  it('are none where no address is told, or it is filled in elsewhere', () => {
    assert.deepEqual(watching(kafka, service, exporter('danielqsj/kafka-exporter', 'args: ["--log.level=debug"]')), ['kafka-node nothing']);
    assert.deepEqual(watching(kafka, service, exporter('danielqsj/kafka-exporter', 'env: [{ name: KAFKA_SERVER, valueFrom: { secretKeyRef: { name: s, key: k } } }]')), ['kafka-node nothing']);
  });
});
