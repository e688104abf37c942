import assert from 'node:assert/strict';
import { guaranteesOf } from '../../src/delivery/guarantees';
import { changeEdits, type SettingChange } from '../../src/ide/guarantee/changeEdits';
import { ideFixture } from './support';

const shop = `flow: 1
brokers: { events: { protocol: kafka, version: "4.1" } }
channels:
  orders: { broker: events, replicas: 3 }
  clicks: {}
services:
  checkout:
    client: kafka-java@3.9
    publishes:
      orders: { acks: 1 }
  billing:
    client: kafka-java@3.9
    consumes:
      orders:
        guarantee: exactly-once
        group: billing
`;

function applied(text: string, flow: string, ...changes: readonly SettingChange[]): { after: string; left: readonly string[] } {
  const f = ideFixture(text);
  const all = guaranteesOf(f.model);
  const found = changeEdits({ ...f.ide, guarantees: () => all }, flow, changes);
  assert.ok(found, all.map((g) => g.flow.id).join());
  return { after: found.edits.length === 0 ? '' : f.after(found.edits), left: found.left };
}

const flow = 'checkout > orders > billing';

describe('writing what was tried into the files', () => {
  it('puts another value in the place of a declared one, and adds what is not said', () => {
    const { after, left } = applied(
      shop, flow,
      { station: 0, owner: 'publish', key: 'acks', value: 'all' },
      { station: 1, owner: 'channel', key: 'minInsyncReplicas', value: 2 },
      { station: 2, owner: 'consume', key: 'commit', value: 'after-processing' },
      { station: 2, owner: 'consume', key: 'autoCommit', value: false },
    );
    assert.deepEqual(left, []);
    assert.match(after, /orders: \{ acks: all \}/);
    assert.match(after, /orders: \{ broker: events, replicas: 3, minInsyncReplicas: 2 \}/);
    assert.match(after, / {8}group: billing\n {8}commit: after-processing\n {8}autoCommit: false\n/);
  });

  it('joins what goes into the same empty braces', () => {
    const { after } = applied(
      shop.replace('orders: { acks: 1 }', 'orders: {}'), flow,
      { station: 0, owner: 'publish', key: 'acks', value: 'all' },
      { station: 0, owner: 'publish', key: 'idempotence', value: true },
    );
    assert.match(after, /orders: \{ acks: all, idempotence: true \}/);
  });

  it('tells what cannot be written', () => {
    const { left } = applied(shop, flow, { station: 2, owner: 'consume', key: 'onFailure.skip', value: true });
    assert.deepEqual(left, ['No file has a place for onFailure.skip of billing: write it where it belongs.']);
  });

  it('knows no other flows', () => {
    const f = ideFixture(shop);
    assert.equal(changeEdits({ ...f.ide, guarantees: () => guaranteesOf(f.model) }, 'a > b > c', []), undefined);
  });
});
