import assert from 'node:assert/strict';
import type { Settings } from '../../src/workspace/configs';
import { MemoryFiles } from '../../src/workspace/memoryFiles';
import { idOfPath } from '../../src/workspace/uri';
import { Workspace } from '../../src/workspace/workspace';
import { fixture } from '../support/fixture';

interface Setup {
  readonly folders?: readonly string[];
  readonly settings?: Settings;
}

/** A workspace over the files of a fixture, by default in one folder `/w`. */
function setUp(text: string, { folders = ['/w'], settings }: Setup = {}) {
  const files = new MemoryFiles(Object.fromEntries(fixture(text).files.map((f) => [f.path, f.text])));
  const workspace = new Workspace(files);
  if (settings) workspace.configure(settings);
  workspace.setFolders(folders);
  const scan = (): boolean => {
    const steps = workspace.scan();
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  };
  scan();
  /** `path code` of all problems, sorted. */
  const problems = (only = ''): string[] =>
    [...workspace.snapshot.problems.values()]
      .flat()
      .map((p) => `${p.at.file.replace('file://', '')} ${p.code}`)
      .filter((line) => line.includes(only))
      .sort();
  return { files, workspace, scan, problems };
}

const weak = (service: string): string => `flow: 1
services:
  ${service}: { client: kafka-java@3.9, publishes: { k/orders: { guarantee: at-least-once, acks: 1 } } }
`;
const base = `=== w/base.flow.yaml
flow: 1
brokers: { k: { protocol: kafka } }
channels: { orders: { broker: k } }
`;

describe('workspace', () => {
  it('joins the files of all folders, and drops those of a removed one', () => {
    const { workspace, scan } = setUp(`${base}=== v/more.flow.yaml\n${weak('s')}`, { folders: ['/w', '/v'] });
    const producers = (): string[] =>
      workspace.snapshot.model.channel('orders')?.publishes.map((p) => p.service.name) ?? [];
    assert.deepEqual(producers(), ['s']);
    workspace.setFolders(['/w']);
    scan();
    assert.deepEqual(producers(), []);
  });

  it('keeps the snapshot until something changes', () => {
    const { workspace, scan } = setUp(base);
    const first = workspace.snapshot;
    assert.equal(workspace.snapshot, first);
    assert.equal(scan(), false);
    assert.equal(workspace.snapshot, first);
    workspace.open('/w/base.flow.yaml', 'flow: 1\n');
    assert.notEqual(workspace.snapshot, first);
    assert.ok(workspace.snapshot.revision > first.revision);
  });

  it('does no work for files of other kinds, nor for a text that is the same', () => {
    const { workspace } = setUp(`${base}=== w/deploy.yaml\nkind: Deployment\n`);
    const first = workspace.snapshot;
    const text = workspace.text('/w/base.flow.yaml')?.text ?? '';
    workspace.open('/w/deploy.yaml', 'kind: Service\n');
    workspace.open('/w/base.flow.yaml', text);
    assert.equal(workspace.snapshot, first);
    workspace.close('/w/base.flow.yaml');
    assert.equal(workspace.snapshot, first);
    workspace.open('/w/deploy.yaml', 'asyncapi: 3.0.0\ninfo: { title: x, version: "1" }\n');
    assert.notEqual(workspace.snapshot, first);
  });

  it('answers for open documents while folders are looked through, and with all of them afterwards', () => {
    const { workspace, files } = setUp(base);
    void workspace.snapshot;
    for (let i = 0; i < 3; i++) files.set(`/w/n${i}.flow.yaml`, weak(`n${i}`));
    workspace.isScanning = true;
    for (const _ of workspace.scan()) continue;
    workspace.open('/w/mine.flow.yaml', weak('mine'));
    const producers = (): string[] =>
      workspace.view.model.channel('orders')?.publishes.map((p) => p.service.name).sort() ?? [];
    assert.deepEqual(producers(), ['mine'], 'what was not read yet is not waited for');
    const early = workspace.snapshot;
    assert.ok((early.problems.get(idOfPath('/w/mine.flow.yaml')) ?? []).length > 0);
    assert.equal(workspace.isCurrent(early), false);
    for (const _ of workspace.refresh()) continue;
    workspace.isScanning = false;
    assert.deepEqual(producers(), ['mine', 'n0', 'n1', 'n2']);
    assert.equal(workspace.isCurrent(workspace.snapshot), true);
    assert.ok((workspace.snapshot.problems.get(idOfPath('/w/n2.flow.yaml')) ?? []).length > 0);
  });

  it('gives up work that an edit made old, and ends with the newest text', () => {
    const { workspace } = setUp(base);
    workspace.open('/w/mine.flow.yaml', weak('one'));
    const steps = workspace.work();
    steps.next();
    workspace.open('/w/mine.flow.yaml', weak('two'));
    let step = steps.next();
    while (!step.done) step = steps.next();
    assert.deepEqual(step.value.model.channel('orders')?.publishes.map((p) => p.service.name), ['two']);
    assert.equal(workspace.snapshot, step.value);
  });

  it('gives the same problems after edits as from scratch', () => {
    const text = `${base}=== w/a.flow.yaml\n${weak('a')}`;
    const one = setUp(text);
    one.workspace.open('/w/a.flow.yaml', 'flow: 1\nservices: {');
    assert.notDeepEqual(one.problems(), setUp(text).problems());
    one.workspace.open('/w/a.flow.yaml', weak('a'));
    assert.deepEqual(one.problems(), setUp(text).problems());
    one.workspace.close('/w/a.flow.yaml');
    assert.deepEqual(one.problems(), setUp(text).problems());
  });

  it('notices what a scan finds new, changed and gone', () => {
    const { files, scan, problems } = setUp(base);
    assert.deepEqual(problems('acks-not-all'), []);
    files.set('/w/a.flow.yaml', weak('a'));
    assert.equal(scan(), true);
    assert.deepEqual(problems('acks-not-all'), ['/w/a.flow.yaml producer/acks-not-all']);
    files.delete('/w/a.flow.yaml');
    assert.equal(scan(), true);
    assert.deepEqual(problems('acks-not-all'), []);
  });

  it('applies the nearest configuration to each file, and tells its own problems', () => {
    const { workspace, problems } = setUp(`${base}
=== w/a.flow.yaml
${weak('a')}
=== w/sub/b.flow.yaml
${weak('b')}
=== w/tailrace.config.yaml
rules: { producer/acks-not-all: off, producer/none-such: off }
=== w/sub/tailrace.config.yaml
rules: { producer/acks-not-all: info }
`);
    assert.deepEqual(problems('acks-not-all'), ['/w/sub/b.flow.yaml producer/acks-not-all']);
    assert.equal(
      workspace.snapshot.problems
        .get('file:///w/sub/b.flow.yaml' as never)
        ?.find((p) => p.code === 'producer/acks-not-all')?.severity,
      'info',
    );
    assert.deepEqual(problems('/w/tailrace.config.yaml').length, 1);
    workspace.open('/w/tailrace.config.yaml', '');
    assert.equal(problems('acks-not-all').length, 2);
    assert.deepEqual(problems('/w/tailrace.config.yaml'), []);
  });

  it('lets settings win over the configuration', () => {
    const files = `${base}=== w/a.flow.yaml\n${weak('a')}=== w/tailrace.config.yaml\nrules: { producer/acks-not-all: off }\n`;
    const { workspace, problems } = setUp(files, {
      settings: { rules: { 'producer/acks-not-all': 'warning' } },
    });
    assert.equal(problems('acks-not-all').length, 1);
    workspace.configure({});
    assert.equal(problems('acks-not-all').length, 0);
  });

  it('leaves excluded files out of model and problems', () => {
    const { workspace, problems } = setUp(`${base}=== w/old/a.flow.yaml\n${weak('a')}`, {
      settings: { exclude: ['old/**'] },
    });
    assert.deepEqual(problems('/w/old'), []);
    assert.equal(workspace.snapshot.model.service('a'), undefined);
  });

  it('honours suppression comments', () => {
    const { problems } = setUp(
      `${base}=== w/a.flow.yaml\n# tailrace-ignore-file producer/acks-not-all: a test\n${weak('a')}`,
    );
    assert.deepEqual(problems('acks-not-all'), []);
  });

  it('takes in contracts outside of the folders without telling their problems', () => {
    const { workspace, problems, files } = setUp(`
=== w/a.flow.yaml
flow: 1
schemas: { Order: { format: protobuf, versions: { 1: ../shared/v1/order.proto#shop.v1.Order } } }
=== shared/v1/order.proto
syntax = "proto3";
package shop.v1;
message Order { string id = 1; }
`);
    const contract = (): string | undefined =>
      workspace.snapshot.model.schema('Order')?.versions[0]?.contract?.name.value;
    assert.equal(contract(), 'shop.v1.Order');
    assert.deepEqual(problems('/shared'), []);
    files.delete('/shared/v1/order.proto');
    workspace.touch('/shared/v1/order.proto');
    assert.equal(contract(), undefined);
    assert.equal(workspace.snapshot.model.schema('Order')?.versions[0]?.fileExists, false);
  });

  it('reads files named one by one, ignored or not', () => {
    const { workspace, files } = setUp(base);
    files.set('/w/dist/x.flow.yaml', weak('x'));
    workspace.setFolders([], ['/w/dist/x.flow.yaml']);
    for (const _ of workspace.scan()) continue;
    assert.deepEqual(
      workspace.snapshot.model.services.map((s) => s.name),
      ['x'],
    );
  });

  it('reads an AsyncAPI file again when what it refers to changes', () => {
    const { workspace } = setUp(`
=== w/api.yaml
asyncapi: 3.0.0
info: { title: shop, version: '1' }
channels:
  orders: { $ref: './parts.yaml#/orders' }
=== w/parts.yaml
orders: { address: orders.v1 }
`);
    const addresses = (): string[] => workspace.snapshot.model.channels.map((c) => c.address);
    assert.deepEqual(addresses(), ['orders.v1']);
    workspace.open('/w/parts.yaml', 'orders: { address: orders.v2 }\n');
    assert.deepEqual(addresses(), ['orders.v2']);
  });

  it('forgets an open file outside of the folders when it is closed', () => {
    const { workspace, files } = setUp(base);
    files.set('/elsewhere/x.flow.yaml', weak('x'));
    workspace.open('/elsewhere/x.flow.yaml', weak('x'));
    assert.equal(workspace.snapshot.model.service('x')?.name, 'x');
    workspace.close('/elsewhere/x.flow.yaml');
    assert.equal(workspace.snapshot.model.service('x'), undefined);
  });

  it('notices a deleted folder', () => {
    const { workspace, files } = setUp(`${base}=== w/sub/a.flow.yaml\n${weak('a')}`);
    files.delete('/w/sub/a.flow.yaml');
    workspace.touchFolder('/w/sub');
    assert.equal(workspace.snapshot.model.service('a'), undefined);
  });
});
