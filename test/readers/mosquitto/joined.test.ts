import assert from 'node:assert/strict';
import type { BrokerFact, Fact } from '../../../src/model/facts';
import { buildModel, type FileFacts } from '../../../src/model/build';
import { mosquitto } from '../../../src/readers/mosquitto/reader';
import type { FileId } from '../../../src/text/range';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';

const edge = 'listener 1883\nconnection up\naddress cloud:1883\ntopic sensors/# out 1\n';
const cloud = 'listener 1883\nallow_anonymous true\n';

describe('mosquitto.conf beside other files', () => {
  it('keeps two servers apart that listen at the same port, and leads from one to the other', () => {
    const { model } = fixtureModel(`
=== edge/mosquitto.conf
${edge}=== cloud/mosquitto.conf
${cloud}=== edge/aclfile
user gauge
topic write sensors/temp
`);
    assert.deepEqual(model.brokers.map((b) => b.id), ['cloud:1883', 'edge', 'mosquitto']);
    assert.match(dumpModel(model), /edge\/sensors\/#: edge mqtt topic undeclared\n {2}=> cloud:1883\/sensors\/# \(bridge\)/);
  });

  it('leads a bridge to another topic, though an access list names the topic and not whose it is', () => {
    const { model } = fixtureModel(`
=== edge/mosquitto.conf
${edge}=== edge/aclfile
user gauge
topic write sensors/temp
user screen
topic read sensors/#
`);
    assert.deepEqual(model.routes.filter((r) => r.kind === 'bridge').map((r) => [r.from === r.to, r.to.broker?.name]), [[false, 'cloud:1883']]);
  });

  it('takes files of the same name without bridges for two ways to run one broker', () => {
    const { model } = fixtureModel(`=== local/mosquitto.conf\n${cloud}=== k8s/mosquitto.conf\n${cloud}`);
    assert.deepEqual(model.brokers.map((b) => [b.id, b.facts.length]), [['mosquitto', 2]]);
  });

  it('takes a file that says no host for the only broker of its name, and says so', () => {
    const { model } = fixtureModel(`
=== fleet.flow.yaml
flow: 1
brokers:
  mosquitto: { protocol: mqtt, url: mqtt://mosquitto.fleet.svc }
=== mosquitto.conf
${cloud}`);
    assert.deepEqual(model.brokers.map((b) => [b.id, b.facts.length, b.anonymous?.value]), [['mosquitto', 2, true]]);
    assert.match(model.brokers[0]?.joins?.[0]?.why ?? '', /taken to configure mosquitto/);
  });

  it('leads through a bridge from a topic to who reads it on the other side, and claims nothing missing', () => {
    const { model } = fixtureModel(`
=== mosquitto.conf
listener 1883
connection up
address cloud.example:1883
topic sensors/# out 1 "" site/
topic cmd/+ in 1
=== fleet.flow.yaml
flow: 1
brokers:
  cloud: { protocol: mqtt, url: mqtt://cloud.example:1883 }
  local: { protocol: mqtt, url: mqtt://localhost:1883 }
channels:
  sensors/temp: { broker: local }
  cmd/go: { broker: local }
  site/sensors/temp: { broker: cloud }
  site/+/hum: { broker: cloud }
services:
  probe: { publishes: { sensors/temp: {} }, consumes: { cmd/go: {} } }
  panel: { consumes: { site/sensors/temp: {}, site/+/hum: {} } }
`);
    const routes = model.routes.map((r) => `${r.from.id} ${r.kind} ${r.to.id}`).sort();
    assert.deepEqual(routes, [
      'cloud/cmd/+ bridge local/cmd/+', 'local/cmd/+ match cmd/go', 'sensors/# bridge site/sensors/#',
      'sensors/temp match sensors/#', 'site/sensors/# match site/+/hum', 'site/sensors/# match site/sensors/temp',
    ]);
  });

  it('gives a mounted file to its container, and the other end of its bridge to the container it names', () => {
    const files = [file('/shop/edge/mosquitto.conf', edge), file('/shop/cloud/mosquitto.conf', cloud)];
    const compose = composed('/shop/compose.yaml', [
      ['edge', ['edge:1883', 'localhost:1883'], '/shop/edge/mosquitto.conf'],
      ['cloud', ['cloud:1883', 'localhost:1884'], '/shop/cloud/mosquitto.conf'],
    ]);
    const model = buildModel([...files, compose]);
    const found = model.brokers.map((b) => b.facts.map((f) => `${f.dialect} ${f.name.value}`).sort());
    assert.deepEqual(found.sort(), [
      ['compose cloud', 'mosquitto cloud:1883', 'mosquitto mosquitto'], ['compose edge', 'mosquitto edge'],
    ]);
    assert.equal(model.routes.filter((r) => r.kind === 'bridge' && r.from.broker !== r.to.broker).length, 1);
  });
});

function file(path: string, text: string): FileFacts {
  const id = `file://${path}` as FileId;
  return { id, path, dialect: 'mosquitto', facts: mosquitto.read({ id, path, text }, new Map()).facts };
}

/** What a compose file says of its brokers. */
function composed(path: string, brokers: readonly (readonly [string, readonly string[], string])[]): FileFacts {
  const id = `file://${path}` as FileId;
  const at = { file: id, start: 0, end: 1 };
  const facts = brokers.map(([name, addresses, configuration]): BrokerFact => ({
    kind: 'broker', dialect: 'compose', extent: at, name: { value: name, at }, protocol: { value: 'mqtt', at },
    scope: '/shop', addresses: addresses.map((value) => ({ value, at })), configuredBy: [configuration],
  }));
  return { id, path, dialect: 'compose', facts: facts as Fact[] };
}
