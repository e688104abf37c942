import assert from 'node:assert/strict';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';

describe('nats configuration beside other files', () => {
  it('takes servers of one cluster for one broker, and others for others', () => {
    const { model } = fixtureModel(`
=== a/nats.conf
server_name: a
port: 4222
cluster { name: blue, routes: [nats://b:6222] }
=== b/nats.conf
server_name: b
port: 4223
cluster { name: blue, routes: [nats://a:6222] }
=== leaf/nats.conf
server_name: leaf
port: 4222
leafnodes { remotes: [ { url: nats-leaf://a:7422 } ] }
`);
    assert.deepEqual(model.brokers.map((b) => [b.id, b.facts.length]), [['blue', 2], ['leaf', 1]]);
  });

  it('joins users, imports and what a flow file says of the same subjects', () => {
    const { model } = fixtureModel(`
=== shop.flow.yaml
flow: 1
brokers:
  hub: { protocol: nats, url: nats://localhost:4222 }
channels:
  orders.placed: { broker: hub }
services:
  shop:
    publishes:
      orders.placed: {}
=== nats.conf
listen: 0.0.0.0:4222
accounts {
  A { users = [ {user: shop, password: $P, permissions: { publish: orders.placed }} ] }
  B {
    users = [ {user: billing, password: $Q, permissions: { subscribe: "in.orders.>" }} ]
    imports = [ {stream: {account: A, subject: "orders.>"}, prefix: in} ]
  }
}
`);
    assert.deepEqual(model.brokers.map((b) => [b.id, b.facts.length]), [['hub', 2]]);
    assert.equal(dumpModel(model), [
      'in.orders.>: hub nats subject undeclared', '  -> billing',
      'orders.>: hub nats subject undeclared', '  => in.orders.> (import)',
      'orders.placed: hub nats subject', '  <- shop', '  => orders.> (match)',
    ].join('\n'));
  });
});
