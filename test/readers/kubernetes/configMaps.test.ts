import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { fact, reading } from '../../support/reading';
import { fixtureModel } from '../../support/fixture';

const reader = kubernetesReaders.find((r) => r.dialect === 'kubernetes')!;
const read = (text: string) => reading(reader, text, 'shop.yaml');

const mounted = `
apiVersion: v1
kind: ConfigMap
metadata: { name: billing-files }
data:
  PLAIN: variable
  settings: |
    bootstrap.servers=kafka:9092
    group.id=billing-group
    enable.auto.commit=false
  shop.flow.yaml: |
    flow: 1
    channels:
      orders: { retention: 2d }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: billing }
spec:
  template:
    spec:
      volumes:
        - name: files
          configMap: { name: billing-files, items: [{ key: settings, path: conf/consumer.properties }] }
      containers: [{ name: billing, image: "acme/billing:1" }]
`;

describe('Kubernetes: files in configuration', () => {
  it('are read by their own readers, with places in the manifest', () => {
    const r = read(mounted);
    const consume = fact(r, 'consume');
    assert.equal(consume.dialect, 'kafka-properties');
    assert.equal(r.textAt(consume.settings.autoCommit?.at), 'false');
    assert.equal(consume.insert, undefined, 'a fix would not indent');
    const channel = fact(r, 'channel');
    assert.deepEqual([channel.dialect, r.textAt(channel.address.at), r.textAt(channel.settings.retention?.at)], ['flow', 'orders', '2d']);
  });

  it('configure the service that mounts them, where they name none', () => {
    const r = read(mounted.replace(/ +group\.id=.*\n/, ''));
    assert.equal(fact(r, 'service').name.value, 'billing');
    assert.equal(fact(r, 'service').inferred, undefined);
    assert.equal(fact(r, 'consume').service.value, 'billing');
    assert.equal(fact(read(mounted), 'service').name.value, 'billing-group');
  });

  it('are of a service named after the ConfigMap, where no workload is at hand', () => {
    const text = mounted.slice(0, mounted.indexOf('---')).replace(/ +group\.id=.*\n/, '')
      .replace('settings: |', 'consumer.properties: |').replace('billing-files', 'config-billing');
    const { model } = fixtureModel(`=== deploy/any/shop.yaml\n${text}`);
    assert.deepEqual(model.services.map((s) => s.name), ['billing']);
    assert.match(model.services[0]?.inferred ?? '', /named after the ConfigMap/);
  });

  it('configure the broker that mounts them', () => {
    const { model } = fixtureModel(`
=== broker.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data:
  mosquitto.conf: |
    listener 1883
    allow_anonymous true
    persistence true
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: bus }
spec:
  template:
    spec:
      volumes: [{ name: c, configMap: { name: conf } }]
      containers: [{ name: m, image: "eclipse-mosquitto:2.0" }]
`);
    assert.deepEqual(model.brokers.map((b) => [b.name, b.anonymous?.value, b.persistence?.value]), [['bus', true, true]]);
  });

  it('are left alone in encoded secrets and folded text, and read in plain secrets and JSON', () => {
    const secret = (key: string, style = '|') => read(`
apiVersion: v1
kind: Secret
metadata: { name: s }
${key}:
  consumer.properties: ${style}
    bootstrap.servers=kafka:9092
    group.id=billing
    enable.auto.commit=false
`).facts.length;
    assert.equal(secret('data'), 0);
    assert.equal(secret('stringData', '>'), 0);
    assert.ok(secret('stringData') > 0);
    const json = reading(reader, JSON.stringify({
      apiVersion: 'v1', kind: 'List', items: [{
        apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' },
        data: { 'consumer.properties': 'bootstrap.servers=kafka:9092\ngroup.id=billing\nauto.offset.reset=latest' },
      }],
    }), 'shop.json');
    assert.equal(json.textAt(fact(json, 'consume').settings.offsetReset?.at), 'latest');
  });

  it('survive mutations', function () {
    this.timeout(20_000);
    fuzzReader(reader, [mounted], '/shop.yaml', 400);
  });
});
