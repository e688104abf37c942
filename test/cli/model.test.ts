import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, tailrace } from './support';

const folder = {
  'shop.flow.yaml': `flow: 1
brokers:
  events: { protocol: kafka, url: "kafka.example:9092" }
channels:
  orders: { broker: events, partitions: 6 }
services:
  checkout:
    client: kafka-java@3.9
    publishes:
      orders: { acks: 1 }
`,
  'billing/consumer.properties': 'bootstrap.servers=kafka.example:9092\nisolation.level=${ISOLATION}\n',
};

interface Setting {
  readonly value: unknown;
  readonly from: string;
  readonly at?: { file: string; range: { start: { line: number } } };
  readonly of?: string;
}

interface Fact {
  readonly kind: string;
  readonly id?: string;
  readonly name?: string;
  readonly service?: string;
  readonly dialect: string;
  readonly at: { file: string };
  readonly declarations: { dialect: string; inferred?: string }[];
  readonly settings?: Record<string, Setting>;
}

describe('tailrace model', () => {
  it('prints every fact with dialect, place and origin of each setting', () => {
    inFolder(folder, (cwd) => {
      const { code, out } = tailrace(['model', '--format', 'json'], cwd);
      assert.equal(code, 0);
      const model = JSON.parse(out) as { version: number; files: unknown; facts: Fact[] };
      assert.equal(model.version, 1);
      assert.deepEqual(model.files, [
        { file: 'billing/consumer.properties', dialect: 'kafka-properties' }, { file: 'shop.flow.yaml', dialect: 'flow' },
      ]);
      assert.deepEqual(model.facts.map((f) => [f.kind, f.id ?? f.name ?? f.service, f.dialect]), [
        ['broker', 'events', 'flow'], ['channel', 'orders', 'flow'], ['service', 'billing', 'kafka-properties'],
        ['service', 'checkout', 'flow'], ['publish', 'checkout', 'flow'], ['consume', 'billing', 'kafka-properties'],
      ]);
      const [broker, channel, , , publish, consume] = model.facts;
      assert.deepEqual(broker?.declarations.map((d) => d.dialect), ['flow', 'kafka-properties']);
      assert.ok(broker?.declarations[1]?.inferred);
      assert.equal(channel?.settings?.['partitions']?.from, 'declared');
      assert.equal(channel?.settings?.['partitions']?.at?.range.start.line, 5);
      const acks = publish?.settings?.['acks'];
      assert.deepEqual([acks?.value, acks?.from, acks?.at?.file], ['1', 'declared', 'shop.flow.yaml']);
      assert.deepEqual([publish?.settings?.['idempotence']?.from, publish?.settings?.['idempotence']?.of !== undefined], ['default', true]);
      assert.equal(consume?.settings?.['isolation']?.from, 'unknown');
    });
  });

  it('is read by people too', () => {
    inFolder(folder, (cwd) => {
      const { code, out } = tailrace(['model'], cwd);
      assert.equal(code, 0);
      assert.match(out, /checkout publishes to orders {2}shop\.flow\.yaml:10:7\n {4}acks: 1 \(declared shop\.flow\.yaml:10:23\)/);
      assert.match(out, /isolation: not known/);
    });
    inFolder({ 'readme.txt': 'nothing' }, (cwd) => {
      assert.deepEqual(tailrace(['model'], cwd), { code: 0, out: 'No file here is of a dialect that Tailrace reads.\n', err: '' });
    });
  });
});

describe('tailrace convert', () => {
  it('writes one flow file, which checks as the files do', () => {
    inFolder(folder, (cwd) => {
      assert.equal(tailrace(['convert', '--out', 'all/all.flow.yaml'], cwd).code, 2);
      assert.equal(tailrace(['convert', '--out', 'all.flow.yaml'], cwd).code, 0);
      const written = readFileSync(join(cwd, 'all.flow.yaml'), 'utf8');
      assert.match(written, /^flow: 1\nbrokers:\n {2}events:\n {4}protocol: kafka\n/);
      assert.equal(tailrace(['convert'], cwd).out.includes('partitions: 6'), true);
      const { out } = tailrace(['check', '--format', 'json', 'all.flow.yaml'], cwd);
      const { problems } = JSON.parse(out) as { problems: { rule: string }[] };
      assert.deepEqual(problems.filter((p) => /^(flow|syntax)\//.test(p.rule)), []);
      assert.equal(existsSync(join(cwd, 'all')), false);
    });
  });
});
