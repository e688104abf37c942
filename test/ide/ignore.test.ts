import assert from 'node:assert/strict';
import { ignoreActions } from '../../src/ide/ignore';
import { defaultConfig } from '../../src/lint/config';
import { lint } from '../../src/lint/run';
import type { Problem } from '../../src/text/problem';
import { ideFixture } from './support';

const connector = `{ "name": "sink", "config": { "connector.class": "io.confluent.connect.s3.S3SinkConnector",
      "topics": "orders", "errors.tolerance": "all" } }`;

const files = `
=== spring/application.yml
spring:
  application: { name: shop }
  kafka:
    bootstrap-servers: kafka.example.com:9092
    consumer:
      group-id: shop
      enable-auto-commit: true
app: { orders: { topic: orders } }
=== quarkus/application.properties
quarkus.application.name=billing
mp.messaging.incoming.orders.connector=smallrye-kafka
mp.messaging.incoming.orders.enable.auto.commit=true
=== mosquitto/mosquitto.conf
listener 1883
connection up
address up.example.com:1883
topic # out 0
remote_username up
remote_password hunter2
=== nats/nats-server.conf
port: 4222
authorization { user: shop, password: hunter2 }
=== terraform/main.tf
resource "kafka_topic" "orders" {
  name               = "orders"
  partitions         = 3
  replication_factor = 1
}
=== strimzi/topic.yaml
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: paid, labels: { strimzi.io/cluster: shop } }
spec:
  partitions: 3
  replicas: 1
=== chart/templates/topic.yaml
{{- if .Values.enabled }}
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata:
  name: shipped
  labels:
    strimzi.io/cluster: shop
spec:
  partitions: {{ .Values.partitions }}
  replicas: 1
{{- end }}
=== kubernetes/config.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: stock }
data:
  application.yml: |
    spring:
      application: { name: stock }
      kafka:
        bootstrap-servers: kafka.example.com:9092
        consumer:
          group-id: stock
          enable-auto-commit: true
    app: { orders: { topic: orders } }
=== kubernetes/connector.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: sink }
data:
  sink.json: |
    ${connector.replaceAll('\n', '\n    ')}
=== connect/sink.json
${connector.replace('"sink"', '"other"')}
`;

/** The fixture's own problems, as their file, code and first line. */
function problemsOf(text: string): readonly Problem[] {
  const f = ideFixture(text);
  return lint(f.model, { ...defaultConfig, environment: 'production' }, { text: (id) => f.text(id) });
}

const words = (problem: Problem): string => `${problem.at.file.replace('file:///', '')} ${problem.code}`;

describe('ignore comments', () => {
  const problems = problemsOf(files);

  it('can be written for problems of each dialect that has comments', () => {
    const found = new Map<string, string>();
    for (const problem of problems) {
      const f = ideFixture(files, problems);
      const file = f.files.find((one) => one.id === problem.at.file)!;
      const titles = ignoreActions(f.ide, file, problem).map((a) =>
        a.title.replace(problem.code, '').replace(/^Ignore +/, ''),
      );
      found.set(file.path.split('/')[1] + '/' + file.path.split('/').at(-1)!, titles.join(', '));
    }
    assert.deepEqual([...found].sort().map((entry) => entry.join(': ')), [
      'chart/topic.yaml: on this line, in this file',
      'connect/sink.json: for this file in tailrace.config.yaml',
      'kubernetes/config.yaml: on this line, in this file',
      'kubernetes/connector.yaml: in this file',
      'mosquitto/mosquitto.conf: on this line, in this file',
      'nats/nats-server.conf: on this line, in this file',
      'quarkus/application.properties: on this line, in this file',
      'spring/application.yml: on this line, in this file',
      'strimzi/topic.yaml: on this line, in this file',
      'terraform/main.tf: on this line, in this file',
    ]);
  });

  it('silence that problem and nothing else, and leave the file as readable as it was', () => {
    let taken = 0;
    for (const problem of problems) {
      const f = ideFixture(files, problems);
      const file = f.files.find((one) => one.id === problem.at.file)!;
      for (const action of ignoreActions(f.ide, file, problem)) {
        if (action.creates !== undefined) continue;
        const isLine = action.title.endsWith('line');
        const changed = f.after(action.edits).replace(/^=== .*\n/, '');
        const others = f.files.filter((one) => one !== file).map((one) => `=== ${one.path.slice(1)}\n${one.text}`);
        const left = problemsOf(`${others.join('')}=== ${file.path.slice(1)}\n${changed}`);
        const line = (p: Problem): number => file.text.slice(0, p.at.start).split('\n').length;
        const silenced = problems.filter((p) => p.code === problem.code && p.at.file === file.id
          && (!isLine || line(p) === line(problem)));
        assert.deepEqual(
          left.map(words).sort(),
          problems.filter((p) => !silenced.includes(p)).map(words).sort(),
          `${words(problem)}: ${action.title}`,
        );
        taken++;
      }
    }
    assert.ok(taken > 15, `only ${taken} actions`);
  });

  it('stand in a block of a ConfigMap with its indentation', () => {
    const problem = problems.find((p) => p.at.file.endsWith('config.yaml') && p.code === 'consumer/auto-commit');
    assert.ok(problem, problems.map(words).join('\n'));
    const f = ideFixture(files, problems);
    const file = f.files.find((one) => one.id === problem.at.file)!;
    const [action] = ignoreActions(f.ide, file, problem);
    assert.match(f.after(action!.edits), /\n {10}# tailrace-ignore consumer\/auto-commit\n {10}enable-auto-commit/);
  });

  it('are not written between the lines of one value', () => {
    const text = '=== a.properties\nmp.messaging.incoming.a.connector=smallrye-kafka\n'
      + 'mp.messaging.incoming.a.topics=orders,\\\n  payments\n';
    const f = ideFixture(text);
    const start = f.file.text.indexOf('payments');
    const at = { file: f.file.id, start, end: start + 8 };
    const titles = ignoreActions(f.ide, f.file, { code: 'topology/no-producer', severity: 'info', message: '', at });
    assert.deepEqual(titles.map((a) => a.title), ['Ignore topology/no-producer in this file']);
  });

  it('are read in Terraform and NATS with either sign, and not in heredocs', () => {
    const tf = files.replace('  replication_factor = 1', '  // tailrace-ignore *: one node\n  replication_factor = 1');
    assert.deepEqual(problemsOf(tf).filter((p) => p.at.file.endsWith('main.tf')), []);
    const heredoc = `${files}=== terraform/other.tf\nlocals {\n  x = <<EOF\n# tailrace-ignore nonsense/rule\nEOF\n}\n`;
    assert.deepEqual(problemsOf(heredoc).map(words), problems.map(words));
  });
});
