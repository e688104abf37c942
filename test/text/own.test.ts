import assert from 'node:assert/strict';
import { own } from '../../src/text/own';
import { fixtureModel } from '../support/fixture';

describe('own', () => {
  it('finds what a table has, and no word that every object knows', () => {
    const table = { kafka: 1 };
    assert.equal(own(table, 'kafka'), 1);
    for (const word of ['constructor', 'toString', '__proto__', 'mqtt', undefined]) assert.equal(own(table, word), undefined);
  });

  it('keeps readers from taking such words for ones of theirs', () => {
    for (const word of ['constructor', 'toString', '__proto__', 'valueOf']) {
      const { model } = fixtureModel(`
=== k8s/a.yaml
apiVersion: ${word}/v1
kind: ConfigMap
metadata: { name: a }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec: { template: { spec: { containers: [{ name: c, image: i, env: [{ name: RABBITMQ_URL, value: "${word}://h:5672" }] }] } } }
=== pipes/b.yaml
input: { ${word}: { topics: [a], urls: [x] } }
output: { kafka: { addresses: ["k:9092"], topic: t } }
=== shop.flow.yaml
flow: 1
brokers: { ${word}: { protocol: kafka, url: "${word}://kafka.example:9092" } }
channels: { ${word}: { broker: ${word} } }
services: { ${word}: { publishes: { ${word}: } } }
`);
      assert.equal(model.channel(word)?.broker?.id, word);
      assert.equal(model.service(word)?.publishes.length, 1);
    }
  });
});
